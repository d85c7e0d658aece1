import type { RecoverTexts } from "./en.ts";

export const es: RecoverTexts = {
  title: "Recupere sus partes",
  intro:
    "Para el día en que se han perdido todos los dispositivos. Necesita su hoja de recuperación, o las direcciones de los servidores, y el contacto que indicó para la copia de seguridad.",
  trust:
    "Use esta página solo si confía en quien administra {host}. Lo que pasa por ella basta para formar su secreto, así que una página alterada podría quedárselo.",
  noScript:
    "Esta página necesita JavaScript para crear claves y dibujar códigos QR. Sin él, use la orden share recover.",

  sheet: {
    title: "¿Dónde están sus partes?",
    how: "Escanee el código QR de su hoja de recuperación. También sirven una imagen, su texto o su archivo, y el archivo de una recuperación que guardó en esta página.",
    notASheet: "Eso no es una hoja de recuperación. Muestre el código que está impreso en ella.",
    otherType: "Eso es otra clase de mensaje ({type}), no una hoja de recuperación.",
    neverASecret:
      "No lo muestre nunca a ninguna página ni a nadie. Esta página no lo ha guardado ni lo ha enviado a ninguna parte.",
    read: "Leída: la hoja de la copia «{name}» del {date}. De las partes hacen falta {quorum}.",
    noSheet: "¿No tiene la hoja?",
    addresses:
      "Direcciones de los servidores, una por línea. Puede bastar una: quizá su parte nombre las otras.",
    useAddresses: "Usar estas direcciones",
    badAddress: "Esto no es la dirección de un servidor: {text}",
    noAddress: "Escriba una dirección, por ejemplo https://shares.example.com",
  },

  servers: {
    title: "Confirme en cada servidor",
    none: "Sus servidores aparecen aquí.",
    lifehash: "LifeHash del servidor",
    meeting: "Preguntando al servidor quién es…",
    sheet: "Es el servidor de su hoja, y lo ha demostrado.",
    hint: "Una parte que ha llegado nombra este servidor, y ha demostrado que lo es.",
    saved: "Es el servidor de la recuperación guardada.",
    unpinned: "Nada aquí responde por él. Compare la imagen y las palabras con las que usted tiene de él.",
    contact: "El contacto que indicó para la copia",
    kindOnSheet: "Contacto en la hoja: {kind}",
    kinds: {
      email: "una dirección de correo",
      phone: "un número de teléfono",
      uri: "una dirección de otra clase",
    },
    ownContacts: "Otro contacto para cada servidor",
    ownContact: "Contacto para {server}",
    ask: "Preguntar a estos servidores",
    askNote:
      "Cada servidor que tenga una cuenta con este contacto le envía un mensaje. Un servidor no dice si la tiene.",
    noContact: "Escriba el contacto para cada servidor al que se va a preguntar.",
    tryAgain: "Intentar de nuevo",
  },

  standing: {
    asking: "Preguntando…",
    asked:
      "Preguntado. Si una cuenta tiene el contacto {contact}, se le ha enviado un mensaje. Escriba su código, o abra su enlace y confirme allí.",
    askedMore:
      "El enlace del mensaje debe nombrar la clave {key}; si no, pregunta otra persona. ¿No hay mensaje? Mire en el correo no deseado, y si el contacto es el correcto.",
    code: "Código de {server}",
    confirm: "Confirmar",
    confirming: "Confirmando…",
    takeBack: "Preguntar por otro contacto",
    waiting: "Confirmado. La cuenta llega el {date}; este servidor hace esperar las transferencias.",
    waitingMore:
      "Guarde esta recuperación más abajo y continúe entonces. Aquí continúa sola mientras la página esté abierta.",
    came: "Su cuenta está aquí, con {count} partes.",
    cameOne: "Su cuenta está aquí, con su parte.",
    cameEmpty: "Su cuenta está aquí, pero no tiene ninguna parte de una copia.",
  },

  failures: {
    unreachable: "No se puede contactar con el servidor. Siga con los otros, o inténtelo más tarde.",
    insecure:
      "Este navegador deja que una página segura hable solo con servidores seguros, y esta dirección empieza por http. Use para ella la orden share recover.",
    "wrong-server":
      "No es el servidor de su hoja: en esta dirección responde otro. No se le pide nada. Pregunte a quien lo administra, o siga con los otros.",
    "wrong-keys":
      "Este servidor habla con claves que las de su hoja no han firmado. Quizá responda otra persona en su lugar: no se le pide nada más.",
    "bad-answer":
      "Lo que responde en esta dirección no es un servidor de partes, o su respuesta no es creíble. A menudo es una página de acceso a una wifi: inicie sesión e inténtelo de nuevo.",
    "wrong-code":
      "Código equivocado. Compruebe que es del mensaje más reciente de este servidor. Tras cinco equivocados hay que preguntar de nuevo.",
    "too-many-attempts":
      "Cinco códigos equivocados: este ya no cuenta. Pregunte de nuevo y llegará otro mensaje.",
    "challenge-void":
      "El código es demasiado antiguo o fue anulado, quizá por el dispositivo que aún tiene la cuenta. Pregunte de nuevo y llegará otro mensaje.",
    "rate-limited": "Demasiados mensajes por ahora. Inténtelo de nuevo el {date}.",
    "rate-limited-soon": "Demasiadas peticiones por ahora. Inténtelo de nuevo dentro de un rato.",
    "unsupported-fallback":
      "Este servidor no acepta un contacto así. ¿Está escrito como lo indicó: una dirección con @, o un número que empieza por +?",
    "from-the-future": "El reloj de este dispositivo está mal. Ajústelo e inténtelo de nuevo.",
    expired: "El reloj de este dispositivo está mal. Ajústelo e inténtelo de nuevo.",
    refused: "El servidor dice: {text} ({code})",
    other: "Algo ha fallado en esta página: {text}",
    forNow: "Ahora no se puede contactar con el servidor. La página lo intenta de nuevo por sí sola.",
  },

  saving: {
    title: "Continuar más tarde, o en otro dispositivo",
    why: "Las claves están solo en esta página y se pierden si se cierra o se carga de nuevo. Un teléfono puede hacerlo mientras usted lee su correo. Guárdelas antes: con el archivo y su contraseña continúa aquí, horas o días después.",
    passphrase: "Una contraseña para el archivo, de 8 caracteres o más",
    again: "La misma otra vez",
    save: "Guardar archivo",
    tooShort: "La contraseña necesita 8 caracteres o más.",
    different: "Las dos no son iguales.",
    working: "Cifrando…",
    saved: "Guardado. Lo que ocurra desde ahora no está en el archivo, pero los servidores lo saben.",
    locked: "Continuar una recuperación guardada",
    itsPassphrase: "La contraseña del archivo",
    unlock: "Continuar",
    opening: "Abriendo…",
    notAFile: "Eso no es una recuperación que haya guardado esta página.",
    wrongPassphrase: "El archivo no se abre con esta contraseña.",
  },

  shares: {
    title: "Dé las partes a su monedero",
    none: "Las partes que llegan aparecen aquí.",
    count: "Partes que han llegado: {count}.",
    enough: "Bastan para formar el secreto.",
    notEnough: "Aún no bastan.",
    show: "Mostrar las partes",
    nth: "Parte {number} de {count}",
    from: "de {server}",
    previous: "Parte anterior",
    next: "Parte siguiente",
    hide: "Ocultar",
    how: "Esta página no las une: lo hace su monedero. Escanee una tras otra, y que nadie más vea los códigos.",
    afterwards:
      "Las cuentas son ahora de las claves de esta página. Cuando su monedero tenga el secreto, haga otra copia con claves propias.",
    end: "Mi monedero lo tiene: olvidar todo",
    sure: "¿Olvidar las claves y las partes?",
    sureText: "Las cuentas siguen en los servidores, y se pueden recuperar de nuevo con el contacto.",
    sureYes: "Sí: olvidar todo",
    sureNo: "No: conservarlas",
    ended: "Todo está olvidado. Cierre esta página.",
  },

  about: {
    title: "Qué sabe y qué guarda esta página",
    keys: "Crea claves nuevas para cada servidor, en este navegador. Solo salen de él cifradas, en un archivo que usted guarda.",
    keeps: "No guarda nada: las claves y las partes desaparecen cuando la cierra.",
    talks:
      "Habla con los servidores de la lista de arriba y con ningún otro. Las peticiones y las respuestas van selladas.",
    finds:
      "Cada servidor conoce el contacto que usted indica para él, y la dirección de su dispositivo en la red.",
    control:
      "Quien controle esta página, este navegador o una extensión suya puede leer lo que la página tiene.",
  },
};
