import type { Texts } from "./en.ts";

export const pt: Texts = {
  subject: "Conta de partes {account}, contato {contact}.",
  notAsked: "Se você não pediu isto, feche esta página. Nada vai mudar.",
  transfer: {
    title: "Passar as suas partes para uma chave nova?",
    happens: "Depois disso, só a chave nova poderá ler as partes. A chave atual já não poderá.",
    key: "A chave nova é {key}. Se a sua carteira mostrar outra, é outra pessoa que pede: feche esta página.",
    button: "Passar a conta para a chave nova",
  },
  validation: {
    title: "Usar este contato para as suas partes?",
    happens: "Se você perder a sua chave, com este contato a conta poderá passar para uma chave nova.",
    button: "Confirmar este contato",
  },
  done: {
    title: "Confirmado",
    contact: "A conta de partes {account} tem agora este contato. Você pode fechar esta página.",
    moved: "A conta de partes {account} é agora da chave nova. Você pode voltar à sua carteira.",
    moves: "A conta de partes {account} passará para a chave nova: {time}. Você pode voltar à sua carteira.",
  },
  failed: {
    title: "Não confirmado",
    "fallback-in-use": "Outra conta já confirmou este contato. Nada mudou.",
    "key-in-use":
      "A chave nova já é de outra conta. Comece de novo na sua carteira, com outra chave. Nada mudou.",
  },
  unknown: {
    title: "Nada a confirmar",
    text: "Este link não está completo, ou já não é conhecido. Abra-o de novo a partir da mensagem, inteiro, ou peça outro na sua carteira.",
  },
  closed: {
    title: "Este link está fechado",
    text: "Já foi usado, ou expirou, ou um mais novo o substituiu.",
    advice:
      "Se você já apertou o botão, não há mais nada a fazer, e pode fechar esta página. Se não, peça um novo link na sua carteira.",
  },
  unavailable: {
    title: "Agora não",
    text: "O servidor não consegue chegar ao seu banco de dados. Abra o link de novo dentro de um minuto. Se tinha apertado o botão, a página dirá se deu certo.",
  },
  broken: {
    title: "Algo deu errado",
    text: "É um erro do servidor. Abra o link de novo mais tarde. Quem opera o servidor encontra a causa pelo nome do pedido, {request}.",
  },
};
