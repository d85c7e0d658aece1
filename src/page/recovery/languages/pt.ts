import type { RecoverTexts } from "./en.ts";

export const pt: RecoverTexts = {
  title: "Recupere as suas partes",
  intro:
    "Para o dia em que todos os dispositivos estão perdidos. É preciso a sua folha de recuperação, ou os endereços dos servidores, e o contato que indicou para a cópia.",
  trust:
    "Use esta página só se confia em quem opera {host}. O que passa por ela basta para formar o seu segredo, e uma página alterada poderia ficar com ele.",
  noScript:
    "Esta página precisa de JavaScript para criar chaves e desenhar códigos QR. Sem ele, use o comando share recover.",

  sheet: {
    title: "Onde estão as suas partes?",
    how: "Leia o código QR da sua folha de recuperação. Uma imagem, o texto ou o arquivo dela também servem, assim como o arquivo de uma recuperação que salvou nesta página.",
    notASheet: "Isso não é uma folha de recuperação. Mostre o código que está impresso nela.",
    otherType: "Isso é outro tipo de mensagem ({type}), não uma folha de recuperação.",
    neverASecret:
      "Nunca o mostre a nenhuma página nem a ninguém. Esta página não o guardou nem o enviou a lugar nenhum.",
    read: "Lida: a folha da cópia “{name}” de {date}. Das partes são precisas {quorum}.",
    noSheet: "Não tem a folha?",
    addresses:
      "Endereços dos servidores, um por linha. Um pode bastar: talvez a parte dele nomeie os outros.",
    useAddresses: "Usar estes endereços",
    badAddress: "Isto não é o endereço de um servidor: {text}",
    noAddress: "Escreva um endereço, por exemplo https://shares.example.com",
  },

  servers: {
    title: "Confirme em cada servidor",
    none: "Os seus servidores aparecem aqui.",
    lifehash: "LifeHash do servidor",
    meeting: "Perguntando ao servidor quem ele é…",
    sheet: "É o servidor da sua folha, e provou isso.",
    hint: "Uma parte que chegou nomeia este servidor, e ele provou que é ele.",
    saved: "É o servidor da recuperação salva.",
    unpinned: "Nada aqui responde por ele. Compare a imagem e as palavras com as que tem dele.",
    contact: "O contato que indicou para a cópia",
    kindOnSheet: "Contato na folha: {kind}",
    kinds: {
      email: "um endereço de e-mail",
      phone: "um número de telefone",
      uri: "um endereço de outro tipo",
    },
    ownContacts: "Outro contato para cada servidor",
    ownContact: "Contato para {server}",
    ask: "Perguntar a estes servidores",
    askNote:
      "Cada servidor que tem uma conta com este contato envia-lhe uma mensagem. Um servidor não diz se a tem.",
    noContact: "Escreva o contato para cada servidor a que vai perguntar.",
    tryAgain: "Tentar de novo",
  },

  standing: {
    asking: "Perguntando…",
    asked:
      "Perguntado. Se uma conta tem o contato {contact}, foi enviada uma mensagem para lá. Escreva o código dela, ou abra o link dela e confirme lá.",
    askedMore:
      "O link da mensagem tem de nomear a chave {key}; senão, é outra pessoa que pergunta. Sem mensagem? Procure no spam, e veja se é o contato certo.",
    code: "Código de {server}",
    confirm: "Confirmar",
    confirming: "Confirmando…",
    takeBack: "Perguntar por outro contato",
    waiting: "Confirmado. A conta chega em {date}; este servidor faz esperar as transferências.",
    waitingMore:
      "Salve esta recuperação mais abaixo e continue então. Aqui ela continua sozinha enquanto a página está aberta.",
    came: "A conta dele está aqui, com {count} partes.",
    cameOne: "A conta dele está aqui, com a sua parte.",
    cameEmpty: "A conta dele está aqui, mas não tem nenhuma parte de uma cópia.",
  },

  failures: {
    unreachable: "Não é possível alcançar o servidor. Continue com os outros, ou tente mais tarde.",
    insecure:
      "Este navegador só deixa uma página segura falar com servidores seguros, e este endereço começa com http. Use para ele o comando share recover.",
    "wrong-server":
      "Não é o servidor da sua folha: outro responde neste endereço. Nada lhe é pedido. Pergunte a quem o opera, ou continue com os outros.",
    "wrong-keys":
      "Este servidor fala com chaves que as da sua folha não assinaram. Talvez outra pessoa responda no lugar dele: mais nada lhe é pedido.",
    "bad-answer":
      "O que responde neste endereço não é um servidor de partes, ou a resposta não é de confiança. Muitas vezes é a página de acesso de um Wi-Fi: entre nele e tente de novo.",
    "wrong-code":
      "Código errado. Veja se é da mensagem mais recente deste servidor. Depois de cinco errados é preciso perguntar de novo.",
    "too-many-attempts":
      "Cinco códigos errados: este já não conta. Pergunte de novo, e chega outra mensagem.",
    "challenge-void":
      "O código é velho demais ou foi anulado, talvez pelo dispositivo que ainda tem a conta. Pergunte de novo, e chega outra mensagem.",
    "rate-limited": "Mensagens demais por agora. Tente de novo em {date}.",
    "rate-limited-soon": "Pedidos demais por agora. Tente de novo daqui a pouco.",
    "unsupported-fallback":
      "Este servidor não aceita um contato assim. Está escrito como o indicou: um endereço com @, ou um número que começa com +?",
    "from-the-future": "O relógio deste dispositivo está errado. Acerte-o e tente de novo.",
    expired: "O relógio deste dispositivo está errado. Acerte-o e tente de novo.",
    refused: "O servidor diz: {text} ({code})",
    other: "Algo falhou nesta página: {text}",
    forNow: "Agora não é possível alcançar o servidor. A página tenta de novo sozinha.",
  },

  saving: {
    title: "Continuar mais tarde, ou em outro dispositivo",
    why: "As chaves estão só nesta página e perdem-se se ela fechar ou for recarregada. Um telefone pode fazer isso enquanto lê o seu e-mail. Salve-as antes: com o arquivo e a senha dele, continua aqui horas ou dias depois.",
    passphrase: "Uma senha para o arquivo, com 8 caracteres ou mais",
    again: "A mesma outra vez",
    save: "Salvar arquivo",
    tooShort: "A senha precisa de 8 caracteres ou mais.",
    different: "As duas não são iguais.",
    working: "Cifrando…",
    saved: "Salvo. O que acontecer a partir de agora não está no arquivo, mas os servidores sabem.",
    locked: "Continuar uma recuperação salva",
    itsPassphrase: "A senha do arquivo",
    unlock: "Continuar",
    opening: "Abrindo…",
    notAFile: "Isso não é uma recuperação que esta página salvou.",
    wrongPassphrase: "O arquivo não abre com esta senha.",
  },

  shares: {
    title: "Dê as partes à sua carteira",
    none: "As partes que chegam aparecem aqui.",
    count: "Partes que chegaram: {count}.",
    enough: "Bastam para formar o segredo.",
    notEnough: "Ainda não bastam.",
    show: "Mostrar as partes",
    nth: "Parte {number} de {count}",
    from: "de {server}",
    previous: "Parte anterior",
    next: "Parte seguinte",
    hide: "Esconder",
    how: "Esta página não as junta: a sua carteira é que o faz. Leia uma depois da outra, e não deixe mais ninguém ver os códigos.",
    afterwards:
      "As contas são agora das chaves desta página. Quando a sua carteira tiver o segredo, faça outra cópia, com as chaves dela.",
    end: "A minha carteira já o tem: esquecer tudo",
    sure: "Esquecer as chaves e as partes?",
    sureText: "As contas ficam nos servidores e podem ser recuperadas de novo pelo contato.",
    sureYes: "Sim: esquecer tudo",
    sureNo: "Não: manter",
    ended: "Tudo foi esquecido. Feche esta página.",
  },

  about: {
    title: "O que esta página sabe e guarda",
    keys: "Cria chaves novas para cada servidor, neste navegador. Só saem dele cifradas, num arquivo que você salva.",
    keeps: "Não guarda nada: as chaves e as partes desaparecem quando a fecha.",
    talks: "Fala com os servidores da lista acima e com nenhum outro. Os pedidos e as respostas vão selados.",
    finds:
      "Cada servidor fica sabendo o contato que indica para ele, e o endereço do seu dispositivo na rede.",
    control: "Quem controla esta página, este navegador ou uma extensão dele pode ler o que a página tem.",
  },
};
