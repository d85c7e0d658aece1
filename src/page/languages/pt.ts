import type { Texts } from "./en.ts";

export const pt: Texts = {
  language: "Português",
  chooseLanguage: "Idioma",
  title: "Servidor de partes",
  intro:
    "Esta página leva mensagens entre o seu dispositivo sem rede e o servidor, por código QR. Ela não tem nenhuma chave.",
  noScript:
    "Esta página precisa de JavaScript para ler e desenhar códigos QR. Sem ele, use a linha de comandos.",

  kinds: { good: "Feito", warning: "Atenção", bad: "Erro" },

  server: {
    title: "Este é o seu servidor?",
    asking: "Perguntando ao servidor quem ele é…",
    compare:
      "Compare a imagem e as palavras com o que o seu dispositivo mostra. Se forem diferentes, pare. Primeira vez? Mostre o servidor ao seu dispositivo.",
    silent: "O servidor não diz quem é. Verifique a rede e tente de novo.",
    retry: "Tentar de novo",
    show: "Mostrar ao meu dispositivo",
    hide: "Esconder o código",
    scan: "Leia isto uma vez com o seu dispositivo. Ele passa a mostrar as mesmas palavras: compare-as com as que lhe dá quem opera o servidor. A partir daí, ele conhece este servidor.",
    fullIdentifier: "Identificador completo",
    lifehash: "LifeHash do servidor",
    nameAt: "{name}, em {host}",
    nameless: "Um servidor",
    clockAhead:
      "O relógio deste dispositivo está {difference} adiantado em relação ao do servidor. Se a sua carteira usa o mesmo relógio, acerte-o primeiro: o servidor recusa pedidos do futuro.",
    clockBehind:
      "O relógio deste dispositivo está {difference} atrasado em relação ao do servidor. Se a sua carteira usa o mesmo relógio, acerte-o primeiro: o servidor recusa pedidos antigos demais.",
  },

  request: {
    title: "Leia o seu pedido",
    how: "Faça um pedido no seu dispositivo. Ponha o código QR diante da câmera; se ele se mexer, mantenha-o ali até que tudo esteja lido.",
    neverASeed:
      "Nunca mostre uma semente, palavras de recuperação ou uma chave privada a esta página, nem a nenhuma outra.",
    send: "Enviar ao servidor",
    another: "Ler outro",
    sending: "Enviando…",
    sent: "Enviado. A resposta está abaixo.",
    sentTitle: "O seu pedido foi enviado",
    sealedTitle: "O seu pedido está lido, e selado. Agora: envie-o",
    sealed:
      "{size}. Só o servidor para o qual está selado pode abri-lo; por isso esta página não pode mostrar o que ele pede.",
    plainTitle: "Pedido lido: {function}",
    plain: "{size}, sem selo: quem o vir no caminho pode lê-lo.",
    notSealed: "Sem selo: quem o vir pode lê-lo, com a parte que ele contém.",
    tooLarge: "O pedido tem {size}. Este servidor aceita no máximo {limit}. Peça menos de cada vez.",
    answerTitle: "Isto é uma resposta",
    answer: "É para o seu dispositivo. O servidor recebe pedidos.",
    envelopeTitle: "Isto não é um pedido",
    envelope: "É um envelope, mas não pede nada ao servidor.",
    malformedTitle: "Isto não pode ser um pedido",
    malformed: "O código foi bem lido, mas o que ele contém não é um envelope.",
    notTaken: "Não aceito: já há uma mensagem lida. Toque primeiro em “Ler outro” e solte-a de novo.",
    unreachable:
      "Não se consegue chegar ao servidor. O seu pedido continua aqui: verifique a rede e envie-o de novo. Nada acontece duas vezes.",
    notTheServer:
      "Outra coisa respondeu no lugar do servidor. Muitas vezes é a página de acesso de um Wi-Fi ou um proxy: entre, verifique o endereço desta página e envie de novo.",
  },

  functions: {
    storeShare: "Guardar uma parte",
    retrieveShares: "Devolver as partes guardadas",
    getShares: "Devolver as partes guardadas",
    auditShares: "Provar que as partes guardadas ainda existem",
    deleteShares: "Apagar partes",
    updateFallback: "Definir o contato de emergência",
    updateRecovery: "Definir o contato de emergência",
    retrieveFallback: "Dizer o contato de emergência",
    getRecovery: "Dizer o contato de emergência",
    fallbackTransfer: "Passar a conta para uma chave nova",
    startRecovery: "Passar a conta para uma chave nova",
    verifyFallback: "Confirmar com um código",
    finishRecovery: "Terminar de passar a conta para uma chave nova",
    updatePublicKey: "Trocar a chave da conta",
    updateXIDDocument: "Trocar a chave da conta",
    deleteAccount: "Apagar a conta e todas as suas partes",
  },

  answer: {
    title: "Leve a resposta",
    none: "A resposta do servidor aparece aqui, como código QR para o seu dispositivo.",
    startOver: "O meu dispositivo já a tem: começar de novo",
    sure: "O seu dispositivo tem a resposta?",
    sureText:
      "Esta página esquece-a quando você começa de novo. Se precisar dela outra vez, envie o mesmo pedido: receberá a mesma resposta.",
    sureYes: "Sim, começar de novo",
    sureNo: "Não, manter a resposta",
    notTaken: "Não aceito: a resposta ainda está aqui. Leia-a e comece de novo; depois solte-o outra vez.",
    sealedTitle: "A resposta está aqui. O seu dispositivo dirá se deu certo",
    sealed: "Está selada para você: só o seu dispositivo pode abri-la. Leia-a agora.",
    doneTitle: "O servidor fez o que foi pedido",
    done: "Leia a resposta: o seu dispositivo verifica a assinatura.",
    refusedTitle: "O servidor não fez o que foi pedido",
    refused: "O servidor diz: {text}.",
    noReason: "O servidor não deu nenhum motivo.",
    datedAhead: "Pelo relógio do servidor, a data do pedido está {difference} adiantada.",
    datedAgo: "Pelo relógio do servidor, o pedido foi feito há {difference}.",
    code: "Código do erro: {code}",
    forgedTitle: "Esta resposta não está assinada pelo servidor acima",
    forged: "Não confie nela. Verifique o endereço desta página e a rede.",
  },

  advice: {
    malformed: "Uma parte da mensagem se perdeu ou mudou no caminho. Leia-a de novo.",
    "too-complex": "O servidor não aceita pedidos de tantas peças. Peça menos de cada vez.",
    "too-many-parts": "Envie o pedido em menos pedaços, maiores.",
    "too-large": "O servidor não aceita pedidos tão grandes.",
    "rate-limited": "Espere o tempo que ele diz, ou então um minuto, e envie o mesmo pedido de novo.",
    unavailable:
      "O armazenamento do servidor está fora do ar. O seu pedido não se perdeu: envie-o de novo mais tarde.",
    "unknown-recipient":
      "Este pedido está selado para outro servidor, ou para chaves que este substituiu. Compare a imagem e as palavras acima com as do seu dispositivo. Se forem iguais, mostre de novo o servidor ao seu dispositivo e faça um novo pedido.",
    "wrong-recipient":
      "Este pedido é para outro servidor. Compare a imagem e as palavras acima com as do seu dispositivo.",
    "missing-recipient": "O pedido deve nomear este servidor. Mostre primeiro o servidor ao seu dispositivo.",
    expired: "O pedido é antigo demais. Verifique o relógio do seu dispositivo e faça um novo.",
    "from-the-future":
      "A data do pedido está no futuro. Verifique o relógio do seu dispositivo e faça um novo.",
    "id-reused": "O seu dispositivo já usou o identificador deste pedido. Faça um novo pedido.",
    "unknown-account": "Este servidor não tem conta para a chave que assinou o pedido.",
    "unknown-function":
      "Este servidor não conhece o que o pedido quer. Talvez o seu dispositivo seja mais novo.",
    "bad-signature": "A assinatura não corresponde ao pedido. Faça um novo.",
    internal: "Algo deu errado no servidor. O seu pedido não se perdeu: envie-o de novo mais tarde.",
  },

  reader: {
    camera: "Ler com a câmera",
    pasteText: "Colar texto",
    chooseFile: "Escolher arquivo",
    drop: "Você também pode soltar imagens, texto ou um arquivo de texto em qualquer lugar desta página.",
    textLabel: "Texto que começa com ur:envelope/, em uma ou várias linhas",
    useText: "Usar este texto",
    video: "O que a câmera vê",
    progress: "Lido até agora",
    forget: "Esquecer o que foi lido",
    stopCamera: "Parar a câmera",
    light: "Luz",
    whichCamera: "Câmera",
    cameraNumber: "Câmera {number}",
    count: "{known} de {total} pedaços conhecidos. Códigos lidos: {codes}",
    waiting: "Esperando a câmera…",
    looking: "Procurando um código QR…",
    stopped:
      "A câmera está desligada. O que foi lido fica guardado: continue com a câmera, com texto ou com arquivos.",
    nothing:
      "Ainda não se vê nenhum código QR. Encha a imagem com ele: a um palmo, reto, bem iluminado, sem reflexos.",
    ended: "A câmera foi retirada ou desligada. Abra-a de novo; o que foi lido fica guardado.",
    stuck:
      "Nada de novo há algum tempo. Fique parado, chegue um pouco mais perto e veja se o código se mexe.",
    unclear:
      "Vê-se um código QR, mas o que ele contém está danificado. Mantenha-o parado e reto; se não ajudar, mostre-o de novo.",
    damaged: "Este texto está danificado: falta algo ou algo mudou. Copie-o de novo, inteiro.",
    several: "São duas mensagens diferentes. Use uma e depois a outra.",
    tooLarge: "Esta mensagem é grande demais para códigos QR. Use um arquivo.",
    notAUr: "Isto não é uma mensagem para um servidor de partes. Mostre o código QR do pedido.",
    noCode: "Nesta imagem não há nenhum código QR que se possa ler. Tente uma mais nítida.",
    noPicture:
      "Este arquivo não é uma imagem que este navegador possa abrir. Salve-a como PNG ou JPEG e tente de novo.",
    formatUnknown:
      "É uma imagem no formato {format}, que este navegador não pode abrir. Salve-a como PNG ou JPEG e tente de novo.",
    otherType: "Isto é outro tipo de mensagem ({type}), não um pedido. Mostre o código QR do pedido.",
    missing: "Faltam alguns pedaços. Acrescente os outros.",
    missingOrDamaged: "Alguns pedaços faltam ou estão danificados. Copie-os de novo, cada um inteiro.",
    begun: "Lendo. Mantenha-o ali.",
    quarter: "Um quarto está lido. Mantenha-o ali.",
    half: "A metade está lida. Mantenha-o ali.",
    threeQuarters: "Três quartos estão lidos. Mantenha-o ali.",
  },

  cameraTrouble: {
    notAllowed:
      "A câmera não está permitida aqui. Permita-a nas configurações do navegador para esta página, muitas vezes atrás do sinal ao lado do endereço, e tente de novo. Ou cole o texto, ou escolha uma imagem.",
    notFound: "Este dispositivo não tem câmera. Cole o texto, ou escolha uma imagem.",
    inUse: "Outro programa está usando a câmera. Feche-o e tente de novo.",
    insecure:
      "O navegador só dá a câmera a páginas com conexão segura (https). Cole o texto, ou escolha uma imagem.",
    noPicture: "A câmera não dá imagem. Tente outra.",
    other: "Não foi possível abrir a câmera. Tente de novo, ou cole o texto.",
  },

  secrets: {
    title: "Pare: isto é {secret}.",
    advice:
      "Nunca o mostre a nenhuma página nem a ninguém. Não foi enviado, e esta página não o guardou. Mostre o código QR do pedido.",
    kinds: {
      seed: "uma semente",
      "seed-share": "uma parte de uma semente",
      "recovery-words": "uma frase de palavras de recuperação",
      key: "uma chave",
      "private-key": "uma chave privada",
      "private-keys": "um conjunto de chaves privadas",
      "private-key-in-hex": "uma chave privada em hexadecimal",
      "secret-key": "uma chave secreta",
      "hex-key": "uma chave ou uma semente em hexadecimal",
      "wallet-private-key": "a chave privada de uma carteira",
      "wallet-keys": "um conjunto de chaves de uma carteira",
      descriptor: "o descritor de uma carteira",
    },
  },

  player: {
    code: "Código QR",
    movingCode: "Código QR animado",
    pause: "Pausa",
    play: "Reproduzir",
    enlarge: "Tela cheia",
    copy: "Copiar texto",
    save: "Salvar arquivo",
    copied: "Copiado.",
    notCopied: "Este navegador não deixa a página copiar. Salve como arquivo.",
    trouble: "O seu dispositivo não consegue ler?",
    advice:
      "Aumente o brilho desta tela. Encha com o código a imagem da outra câmera. Uma animação mais lenta e quadrados maiores são mais fáceis de ler.",
    speed: "Velocidade: códigos por segundo",
    squares: "Quadrados",
    large: "Grandes: mais códigos",
    medium: "Médios",
    small: "Pequenos: menos códigos",
    enlarged: "Código QR em tela cheia",
    close: "Fechar",
    tooLarge: "{size} são demais para códigos QR. Copie o texto, ou salve-o como arquivo.",
    running: "{number} pedaços, um depois do outro, vez após vez",
    paused: "{number} pedaços. Em pausa: toque em “Reproduzir” para mostrar todos",
    pausedForLessMotion:
      "{number} pedaços. Em pausa, porque o seu dispositivo pede menos movimento: toque em “Reproduzir” para mostrar todos",
  },

  about: {
    title: "O que esta página pode ver e o que não pode",
    keys: "As suas chaves ficam no seu dispositivo. Lá os pedidos são assinados e as respostas abertas.",
    sealed:
      "Uma mensagem selada só pode ser lida por quem a recebe, nem por esta página nem por ninguém no caminho.",
    alone: "A página fala só com este servidor e não guarda nada: o que você leu desaparece quando a fecha.",
    pictures: "As imagens da câmera nunca saem deste navegador.",
  },
};
