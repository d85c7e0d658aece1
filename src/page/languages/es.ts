import type { Texts } from "./en.ts";

export const es: Texts = {
  language: "Español",
  chooseLanguage: "Idioma",
  title: "Servidor de partes",
  intro:
    "Esta página lleva mensajes entre su dispositivo sin conexión y el servidor, por código QR. No tiene ninguna clave.",
  noScript:
    "Esta página necesita JavaScript para leer y dibujar códigos QR. Sin él, use la línea de órdenes.",

  kinds: { good: "Hecho", warning: "Atención", bad: "Error" },

  server: {
    title: "¿Es este su servidor?",
    asking: "Preguntando al servidor quién es…",
    compare:
      "Compare la imagen y las palabras con lo que muestra su dispositivo. Si son distintas, pare. ¿Primera vez? Muestre el servidor a su dispositivo.",
    silent: "El servidor no dice quién es. Compruebe la red e inténtelo de nuevo.",
    retry: "Intentar de nuevo",
    show: "Mostrar a mi dispositivo",
    hide: "Ocultar el código",
    scan: "Escanee esto una vez con su dispositivo. Entonces mostrará las mismas palabras: compárelas con las que da quien administra el servidor. Desde ese momento conoce este servidor.",
    fullIdentifier: "Identificador completo",
    lifehash: "LifeHash del servidor",
    nameAt: "{name}, en {host}",
    nameless: "Un servidor",
    clockAhead:
      "El reloj de este dispositivo va {difference} adelantado respecto al del servidor. Si su monedero usa el mismo reloj, ajústelo primero: el servidor rechaza las solicitudes del futuro.",
    clockBehind:
      "El reloj de este dispositivo va {difference} atrasado respecto al del servidor. Si su monedero usa el mismo reloj, ajústelo primero: el servidor rechaza las solicitudes demasiado antiguas.",
  },

  request: {
    title: "Escanee su solicitud",
    how: "Prepare una solicitud en su dispositivo. Ponga su código QR ante la cámara; si se mueve, manténgalo ahí hasta que todo esté leído.",
    neverASeed:
      "No muestre nunca una semilla, palabras de recuperación ni una clave privada a esta página, ni a ninguna otra.",
    send: "Enviar al servidor",
    another: "Escanear otra",
    sending: "Enviando…",
    sent: "Enviada. La respuesta está abajo.",
    sentTitle: "Su solicitud está enviada",
    sealedTitle: "Su solicitud está leída, y sellada. Ahora: envíela",
    sealed:
      "{size}. Solo el servidor para el que está sellada puede abrirla; por eso esta página no puede mostrar qué pide.",
    plainTitle: "Solicitud leída: {function}",
    plain: "{size}, sin sellar: quien la vea por el camino puede leerla.",
    notSealed: "Sin sellar: quien la vea puede leerla, con la parte que contiene.",
    tooLarge: "La solicitud tiene {size}. Este servidor acepta {limit} como máximo. Pida menos de una vez.",
    answerTitle: "Eso es una respuesta",
    answer: "Es para su dispositivo. El servidor recibe solicitudes.",
    envelopeTitle: "Eso no es una solicitud",
    envelope: "Es un sobre, pero no pide nada al servidor.",
    malformedTitle: "Eso no puede ser una solicitud",
    malformed: "El código se leyó bien, pero lo que contiene no es un sobre.",
    notTaken: "No se ha tomado: ya hay un mensaje leído. Pulse primero «Escanear otra» y suéltelo de nuevo.",
    unreachable:
      "No se puede llegar al servidor. Su solicitud sigue aquí: compruebe la red y envíela de nuevo. Nada ocurre dos veces.",
    notTheServer:
      "Otra cosa respondió en lugar del servidor. A menudo es la página de acceso de una wifi o un proxy: inicie sesión, compruebe la dirección de esta página y envíe de nuevo.",
  },

  functions: {
    storeShare: "Guardar una parte",
    retrieveShares: "Devolver las partes guardadas",
    getShares: "Devolver las partes guardadas",
    auditShares: "Demostrar que las partes guardadas siguen ahí",
    deleteShares: "Borrar partes",
    updateFallback: "Fijar el contacto de emergencia",
    updateRecovery: "Fijar el contacto de emergencia",
    retrieveFallback: "Decir el contacto de emergencia",
    getRecovery: "Decir el contacto de emergencia",
    fallbackTransfer: "Pasar la cuenta a una clave nueva",
    startRecovery: "Pasar la cuenta a una clave nueva",
    verifyFallback: "Confirmar con un código",
    finishRecovery: "Terminar de pasar la cuenta a una clave nueva",
    updatePublicKey: "Cambiar la clave de la cuenta",
    updateXIDDocument: "Cambiar la clave de la cuenta",
    deleteAccount: "Borrar la cuenta y todas sus partes",
  },

  answer: {
    title: "Llévese la respuesta",
    none: "Aquí aparecerá la respuesta del servidor, como código QR para su dispositivo.",
    startOver: "Mi dispositivo la tiene: empezar de nuevo",
    sure: "¿Tiene su dispositivo la respuesta?",
    sureText:
      "Esta página la olvida al empezar de nuevo. Si la necesita otra vez, envíe la misma solicitud: recibirá la misma respuesta.",
    sureYes: "Sí, empezar de nuevo",
    sureNo: "No, conservar la respuesta",
    notTaken:
      "No se ha tomado: la respuesta sigue aquí. Escanéela y empiece de nuevo; luego suéltelo otra vez.",
    sealedTitle: "La respuesta está aquí. Su dispositivo dirá si funcionó",
    sealed: "Está sellada para usted: solo su dispositivo puede abrirla. Escanéela ahora.",
    doneTitle: "El servidor lo ha hecho",
    done: "Escanee la respuesta: su dispositivo comprueba la firma.",
    refusedTitle: "El servidor no lo ha hecho",
    refused: "El servidor dice: {text}.",
    noReason: "El servidor no dio ningún motivo.",
    datedAhead: "Según el reloj del servidor, la fecha de la solicitud está adelantada {difference}.",
    datedAgo: "Según el reloj del servidor, la solicitud se hizo hace {difference}.",
    code: "Código de error: {code}",
    forgedTitle: "Esta respuesta no está firmada por el servidor de arriba",
    forged: "No se fíe de ella. Compruebe la dirección de esta página y la red.",
  },

  advice: {
    malformed: "Una parte del mensaje se perdió o cambió por el camino. Escanéelo de nuevo.",
    "too-complex": "El servidor no acepta solicitudes de tantas piezas. Pida menos de una vez.",
    "too-many-parts": "Envíe la solicitud en menos trozos, más grandes.",
    "too-large": "El servidor no acepta solicitudes tan grandes.",
    "rate-limited": "Espere lo que el servidor diga, o si no un minuto, y envíe la misma solicitud de nuevo.",
    unavailable:
      "El almacén del servidor no funciona. Su solicitud no se ha perdido: envíela de nuevo más tarde.",
    "unknown-recipient":
      "Esta solicitud está sellada para otro servidor, o para claves que este ha cambiado. Compare la imagen y las palabras de arriba con las de su dispositivo. Si son iguales, muestre de nuevo el servidor a su dispositivo y haga otra solicitud.",
    "wrong-recipient":
      "Esta solicitud es para otro servidor. Compare la imagen y las palabras de arriba con las de su dispositivo.",
    "missing-recipient":
      "La solicitud debe nombrar este servidor. Muestre primero el servidor a su dispositivo.",
    expired: "La solicitud es demasiado antigua. Compruebe el reloj de su dispositivo y haga otra.",
    "from-the-future":
      "La fecha de la solicitud está en el futuro. Compruebe el reloj de su dispositivo y haga otra.",
    "id-reused": "Su dispositivo ya usó el identificador de esta solicitud. Haga otra solicitud.",
    "unknown-account": "Este servidor no tiene ninguna cuenta para la clave que firmó la solicitud.",
    "unknown-function":
      "Este servidor no conoce lo que pide la solicitud. Quizá su dispositivo sea más nuevo.",
    "bad-signature": "La firma no corresponde a la solicitud. Haga otra.",
    internal: "Algo falló en el servidor. Su solicitud no se ha perdido: envíela de nuevo más tarde.",
  },

  reader: {
    camera: "Escanear con la cámara",
    pasteText: "Pegar texto",
    chooseFile: "Elegir archivo",
    drop: "También puede soltar imágenes, texto o un archivo de texto en cualquier lugar de esta página.",
    textLabel: "Texto que empieza por ur:envelope/, en una o varias líneas",
    useText: "Usar este texto",
    video: "Lo que ve la cámara",
    progress: "Leído hasta ahora",
    forget: "Olvidar lo leído",
    stopCamera: "Parar la cámara",
    light: "Luz",
    whichCamera: "Cámara",
    cameraNumber: "Cámara {number}",
    count: "{known} de {total} trozos conocidos. Códigos leídos: {codes}",
    waiting: "Esperando a la cámara…",
    looking: "Buscando un código QR…",
    stopped: "La cámara está apagada. Lo leído se conserva: siga con la cámara, con texto o con archivos.",
    nothing:
      "Aún no se ve ningún código QR. Llene la imagen con él: a un palmo, recto, con buena luz y sin reflejos.",
    ended: "La cámara se quitó o se apagó. Ábrala de nuevo; lo leído se conserva.",
    stuck:
      "Nada nuevo desde hace un rato. No se mueva, acérquese un poco y compruebe que el código se mueve.",
    unclear:
      "Se ve un código QR, pero lo que contiene está dañado. Manténgalo quieto y recto; si no ayuda, muéstrelo de nuevo.",
    damaged: "Este texto está dañado: falta algo o algo cambió. Cópielo de nuevo, entero.",
    several: "Son dos mensajes distintos. Tome uno y después el otro.",
    tooLarge: "Este mensaje es demasiado grande para códigos QR. Use un archivo.",
    notAUr: "Eso no es un mensaje para un servidor de partes. Muestre el código QR de la solicitud.",
    noCode: "En esta imagen no hay ningún código QR que se pueda leer. Pruebe con una más nítida.",
    noPicture:
      "Este archivo no es una imagen que este navegador pueda abrir. Guárdela como PNG o JPEG e inténtelo de nuevo.",
    formatUnknown:
      "Es una imagen en formato {format}, que este navegador no puede abrir. Guárdela como PNG o JPEG e inténtelo de nuevo.",
    otherType:
      "Eso es otra clase de mensaje ({type}), no una solicitud. Muestre el código QR de la solicitud.",
    missing: "Faltan algunos trozos. Añada los demás.",
    missingOrDamaged: "Algunos trozos faltan o están dañados. Cópielos de nuevo, cada uno entero.",
    begun: "Leyendo. Manténgalo ahí.",
    quarter: "Un cuarto está leído. Manténgalo ahí.",
    half: "La mitad está leída. Manténgalo ahí.",
    threeQuarters: "Tres cuartos están leídos. Manténgalo ahí.",
  },

  cameraTrouble: {
    notAllowed:
      "La cámara no está permitida aquí. Permítala en los ajustes del navegador para esta página, a menudo tras el signo junto a la dirección, e inténtelo de nuevo. O pegue el texto, o elija una imagen.",
    notFound: "Este dispositivo no tiene cámara. Pegue el texto, o elija una imagen.",
    inUse: "Otro programa está usando la cámara. Ciérrelo e inténtelo de nuevo.",
    insecure:
      "El navegador da la cámara solo a páginas con conexión segura (https). Pegue el texto, o elija una imagen.",
    noPicture: "La cámara no da imagen. Pruebe con otra.",
    other: "No se pudo abrir la cámara. Inténtelo de nuevo, o pegue el texto.",
  },

  secrets: {
    title: "Alto: eso es {secret}.",
    advice:
      "No lo muestre nunca a ninguna página ni a nadie. No se ha enviado, y esta página no lo ha guardado. Muestre el código QR de la solicitud.",
    kinds: {
      seed: "una semilla",
      "seed-share": "una parte de una semilla",
      "recovery-words": "una frase de palabras de recuperación",
      key: "una clave",
      "private-key": "una clave privada",
      "private-keys": "un juego de claves privadas",
      "private-key-in-hex": "una clave privada en hexadecimal",
      "secret-key": "una clave secreta",
      "hex-key": "una clave o una semilla en hexadecimal",
      "wallet-private-key": "la clave privada de un monedero",
      "wallet-keys": "un juego de claves de un monedero",
      descriptor: "el descriptor de un monedero",
    },
  },

  player: {
    code: "Código QR",
    movingCode: "Código QR animado",
    pause: "Pausa",
    play: "Reproducir",
    enlarge: "Pantalla completa",
    copy: "Copiar texto",
    save: "Guardar archivo",
    copied: "Copiado.",
    notCopied: "Este navegador no deja copiar a la página. Guárdelo como archivo.",
    trouble: "¿Su dispositivo no puede leerlo?",
    advice:
      "Suba el brillo de esta pantalla. Llene con el código la imagen de la otra cámara. Una animación más lenta y cuadrados más grandes se leen mejor.",
    speed: "Velocidad: códigos por segundo",
    squares: "Cuadrados",
    large: "Grandes: más códigos",
    medium: "Medianos",
    small: "Pequeños: menos códigos",
    enlarged: "Código QR a pantalla completa",
    close: "Cerrar",
    tooLarge: "{size} son demasiado para códigos QR. Copie el texto, o guárdelo como archivo.",
    running: "{number} trozos, uno tras otro, una y otra vez",
    paused: "{number} trozos. En pausa: pulse «Reproducir» para mostrarlos todos",
    pausedForLessMotion:
      "{number} trozos. En pausa, porque su dispositivo pide menos movimiento: pulse «Reproducir» para mostrarlos todos",
  },

  about: {
    title: "Lo que esta página puede ver y lo que no",
    keys: "Sus claves se quedan en su dispositivo. Allí se firman las solicitudes y se abren las respuestas.",
    sealed: "Un mensaje sellado solo lo puede leer su destinatario, ni esta página ni nadie por el camino.",
    alone:
      "La página habla solo con este servidor y no guarda nada: lo escaneado desaparece cuando usted la cierra.",
    pictures: "Las imágenes de la cámara nunca salen de este navegador.",
  },
};
