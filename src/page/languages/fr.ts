import type { Texts } from "./en.ts";

export const fr: Texts = {
  language: "Français",
  chooseLanguage: "Langue",
  title: "Serveur de parts",
  intro:
    "Cette page transporte des messages entre votre appareil hors ligne et le serveur, par code QR. Elle ne détient aucune clé.",
  noScript:
    "Cette page a besoin de JavaScript pour lire et dessiner les codes QR. Sans lui, utilisez la ligne de commande.",

  kinds: { good: "Fait", warning: "Attention", bad: "Erreur" },

  server: {
    title: "Est-ce bien votre serveur ?",
    asking: "Demande au serveur qui il est…",
    compare:
      "Comparez l’image et les mots avec ce que montre votre appareil. S’ils diffèrent, arrêtez. Première fois ? Montrez le serveur à votre appareil.",
    silent: "Le serveur ne dit pas qui il est. Vérifiez le réseau, puis réessayez.",
    retry: "Réessayer",
    show: "Montrer à mon appareil",
    hide: "Masquer le code",
    scan: "Scannez ceci une fois avec votre appareil. Il montre alors les mêmes mots : comparez-les avec ceux que donne l’exploitant du serveur. Dès lors, il connaît ce serveur.",
    fullIdentifier: "Identifiant complet",
    lifehash: "LifeHash du serveur",
    nameAt: "{name}, à l’adresse {host}",
    nameless: "Un serveur",
    clockAhead:
      "L’horloge de cet appareil avance de {difference} sur celle du serveur. Si votre portefeuille suit la même horloge, réglez-la d’abord : le serveur refuse les demandes venues de l’avenir.",
    clockBehind:
      "L’horloge de cet appareil retarde de {difference} sur celle du serveur. Si votre portefeuille suit la même horloge, réglez-la d’abord : le serveur refuse les demandes trop anciennes.",
  },

  request: {
    title: "Scannez votre demande",
    how: "Préparez une demande sur votre appareil. Tenez son code QR devant la caméra ; s’il bouge, laissez-le là jusqu’à ce que tout soit lu.",
    neverASeed:
      "Ne montrez jamais une graine, des mots de récupération ou une clé privée à cette page, ni à aucune autre.",
    send: "Envoyer au serveur",
    another: "En scanner une autre",
    sending: "Envoi…",
    sent: "Envoyé. La réponse est ci-dessous.",
    sentTitle: "Votre demande est envoyée",
    sealedTitle: "Votre demande est lue, et scellée. À présent : envoyez-la",
    sealed:
      "{size}. Seul le serveur pour lequel elle est scellée peut l’ouvrir ; cette page ne peut donc pas montrer ce qu’elle demande.",
    plainTitle: "Demande lue : {function}",
    plain: "{size}, non scellée : quiconque la voit en chemin peut la lire.",
    notSealed: "Non scellée : quiconque la voit peut la lire, avec la part qu’elle contient.",
    tooLarge: "La demande fait {size}. Ce serveur accepte {limit} au plus. Demandez moins à la fois.",
    answerTitle: "C’est une réponse",
    answer: "Elle est pour votre appareil. Le serveur prend des demandes.",
    envelopeTitle: "Ce n’est pas une demande",
    envelope: "C’est une enveloppe, mais elle ne demande rien au serveur.",
    malformedTitle: "Cela ne peut pas être une demande",
    malformed: "Le code a été bien lu, mais ce qu’il contient n’est pas une enveloppe.",
    notTaken:
      "Non pris : un message est déjà lu. Appuyez d’abord sur « En scanner une autre », puis déposez-le de nouveau.",
    unreachable:
      "Le serveur est injoignable. Votre demande est toujours là : vérifiez le réseau et envoyez-la de nouveau. Rien ne se fait deux fois.",
    notTheServer:
      "Autre chose a répondu à la place du serveur. C’est souvent la page de connexion d’un Wi-Fi ou un proxy : connectez-vous, vérifiez l’adresse de cette page, et envoyez de nouveau.",
  },

  functions: {
    storeShare: "Conserver une part",
    retrieveShares: "Rendre les parts conservées",
    getShares: "Rendre les parts conservées",
    auditShares: "Prouver que les parts conservées sont toujours là",
    deleteShares: "Supprimer des parts",
    updateFallback: "Définir le contact de secours",
    updateRecovery: "Définir le contact de secours",
    retrieveFallback: "Dire le contact de secours",
    getRecovery: "Dire le contact de secours",
    fallbackTransfer: "Transférer le compte à une nouvelle clé",
    startRecovery: "Transférer le compte à une nouvelle clé",
    verifyFallback: "Confirmer par un code",
    finishRecovery: "Achever le transfert du compte à une nouvelle clé",
    updatePublicKey: "Changer la clé du compte",
    updateXIDDocument: "Changer la clé du compte",
    deleteAccount: "Supprimer le compte et toutes ses parts",
  },

  answer: {
    title: "Reprenez la réponse",
    none: "La réponse du serveur apparaîtra ici, sous forme de code QR pour votre appareil.",
    startOver: "Mon appareil l’a : recommencer",
    sure: "Votre appareil a-t-il la réponse ?",
    sureText:
      "Cette page l’oublie quand vous recommencez. S’il vous la faut encore, envoyez la même demande : vous recevrez la même réponse.",
    sureYes: "Oui, recommencer",
    sureNo: "Non, garder la réponse",
    notTaken: "Non pris : la réponse est toujours là. Scannez-la et recommencez, puis déposez de nouveau.",
    sealedTitle: "La réponse est là. Votre appareil dira si cela a réussi",
    sealed: "Elle est scellée pour vous : seul votre appareil peut l’ouvrir. Scannez-la maintenant.",
    doneTitle: "Le serveur l’a fait",
    done: "Scannez la réponse : votre appareil vérifie la signature.",
    refusedTitle: "Le serveur ne l’a pas fait",
    refused: "Le serveur dit : {text}.",
    noReason: "Le serveur n’a pas donné de raison.",
    datedAhead: "D’après l’horloge du serveur, la demande est datée de {difference} en avance.",
    datedAgo: "D’après l’horloge du serveur, la demande date d’il y a {difference}.",
    code: "Code d’erreur : {code}",
    forgedTitle: "Cette réponse n’est pas signée par le serveur ci-dessus",
    forged: "Ne vous y fiez pas. Vérifiez l’adresse de cette page, et le réseau.",
  },

  advice: {
    malformed: "Une partie du message a été perdue ou changée en chemin. Scannez-le de nouveau.",
    "too-complex":
      "Le serveur n’accepte pas de demandes faites d’autant de pièces. Demandez moins à la fois.",
    "too-many-parts": "Envoyez la demande en parties moins nombreuses et plus grandes.",
    "too-large": "Le serveur n’accepte pas de demandes aussi grandes.",
    "rate-limited":
      "Attendez aussi longtemps qu’il le dit, sinon une minute, puis envoyez la même demande de nouveau.",
    unavailable:
      "Le stockage du serveur est en panne. Votre demande n’est pas perdue : envoyez-la de nouveau plus tard.",
    "unknown-recipient":
      "Cette demande est scellée pour un autre serveur, ou pour des clés que celui-ci a remplacées. Comparez l’image et les mots ci-dessus avec ceux de votre appareil. S’ils sont identiques, montrez de nouveau le serveur à votre appareil, et faites une nouvelle demande.",
    "wrong-recipient":
      "Cette demande est destinée à un autre serveur. Comparez l’image et les mots ci-dessus avec ceux de votre appareil.",
    "missing-recipient": "La demande doit nommer ce serveur. Montrez d’abord le serveur à votre appareil.",
    expired: "La demande est trop ancienne. Vérifiez l’horloge de votre appareil, et faites-en une nouvelle.",
    "from-the-future":
      "La date de la demande est dans l’avenir. Vérifiez l’horloge de votre appareil, et faites-en une nouvelle.",
    "id-reused": "Votre appareil a déjà utilisé l’identifiant de cette demande. Faites une nouvelle demande.",
    "unknown-account": "Ce serveur n’a pas de compte pour la clé qui a signé la demande.",
    "unknown-function":
      "Ce serveur ne connaît pas ce que la demande veut. Votre appareil est peut-être plus récent.",
    "bad-signature": "La signature ne correspond pas à la demande. Faites-en une nouvelle.",
    internal:
      "Quelque chose a mal tourné dans le serveur. Votre demande n’est pas perdue : envoyez-la de nouveau plus tard.",
  },

  reader: {
    camera: "Scanner avec la caméra",
    pasteText: "Coller un texte",
    chooseFile: "Choisir un fichier",
    drop: "Vous pouvez aussi déposer des images, un texte ou un fichier texte n’importe où sur cette page.",
    textLabel: "Texte qui commence par ur:envelope/, sur une ou plusieurs lignes",
    useText: "Utiliser ce texte",
    video: "Ce que voit la caméra",
    progress: "Déjà lu",
    forget: "Oublier ce qui a été lu",
    stopCamera: "Arrêter la caméra",
    light: "Lumière",
    whichCamera: "Caméra",
    cameraNumber: "Caméra {number}",
    count: "{known} parties connues sur {total}. Codes lus : {codes}",
    waiting: "En attente de la caméra…",
    looking: "Recherche d’un code QR…",
    stopped:
      "La caméra est éteinte. Ce qui a été lu est gardé : continuez avec la caméra, un texte ou des fichiers.",
    nothing:
      "Pas encore de code QR en vue. Qu’il remplisse l’image : à une largeur de main environ, bien droit, bien éclairé, sans reflets.",
    ended: "La caméra a été retirée ou éteinte. Ouvrez-la de nouveau ; ce qui a été lu est gardé.",
    stuck:
      "Rien de nouveau depuis un moment. Ne bougez pas, approchez-vous un peu, et vérifiez que le code bouge.",
    unclear:
      "Un code QR est en vue, mais ce qu’il contient est abîmé. Tenez-le immobile et droit ; sinon, affichez-le de nouveau.",
    damaged:
      "Ce texte est abîmé : il manque quelque chose, ou quelque chose a changé. Copiez-le de nouveau, en entier.",
    several: "Ce sont deux messages différents. Prenez-en un, puis l’autre.",
    tooLarge: "Ce message est trop grand pour des codes QR. Utilisez plutôt un fichier.",
    notAUr: "Ce n’est pas un message pour un serveur de parts. Montrez le code QR de la demande.",
    noCode: "Cette image ne contient aucun code QR lisible. Essayez-en une plus nette.",
    noPicture:
      "Ce fichier n’est pas une image que ce navigateur peut ouvrir. Enregistrez-la en PNG ou en JPEG, et réessayez.",
    formatUnknown:
      "C’est une image au format {format}, que ce navigateur ne peut pas ouvrir. Enregistrez-la en PNG ou en JPEG, et réessayez.",
    otherType:
      "C’est une autre sorte de message ({type}), pas une demande. Montrez le code QR de la demande.",
    missing: "Il manque des parties. Ajoutez les autres.",
    missingOrDamaged: "Des parties manquent ou sont abîmées. Copiez-les de nouveau, chacune en entier.",
    begun: "Lecture en cours. Ne le bougez pas.",
    quarter: "Un quart est lu. Ne le bougez pas.",
    half: "La moitié est lue. Ne le bougez pas.",
    threeQuarters: "Les trois quarts sont lus. Ne le bougez pas.",
  },

  cameraTrouble: {
    notAllowed:
      "La caméra n’est pas autorisée ici. Autorisez-la dans les réglages du navigateur pour cette page, souvent derrière le signe à côté de l’adresse, et réessayez. Ou collez le texte, ou choisissez une image.",
    notFound: "Cet appareil n’a pas de caméra. Collez le texte, ou choisissez une image.",
    inUse: "Un autre programme utilise la caméra. Fermez-le, et réessayez.",
    insecure:
      "Le navigateur ne donne la caméra qu’aux pages dont la connexion est sécurisée (https). Collez le texte, ou choisissez une image.",
    noPicture: "La caméra ne donne pas d’image. Essayez-en une autre.",
    other: "La caméra n’a pas pu être ouverte. Réessayez, ou collez le texte.",
  },

  secrets: {
    title: "Stop : c’est {secret}.",
    advice:
      "Ne le montrez jamais à une page, ni à personne. Cela n’a pas été envoyé, et cette page ne l’a pas gardé. Montrez le code QR de la demande.",
    kinds: {
      seed: "une graine",
      "seed-share": "une part d’une graine",
      "recovery-words": "une phrase de mots de récupération",
      key: "une clé",
      "private-key": "une clé privée",
      "private-keys": "un jeu de clés privées",
      "private-key-in-hex": "une clé privée en hexadécimal",
      "secret-key": "une clé secrète",
      "hex-key": "une clé ou une graine en hexadécimal",
      "wallet-private-key": "la clé privée d’un portefeuille",
      "wallet-keys": "un jeu de clés d’un portefeuille",
      descriptor: "le descripteur d’un portefeuille",
    },
  },

  player: {
    code: "Code QR",
    movingCode: "Code QR animé",
    pause: "Pause",
    play: "Lancer",
    enlarge: "Plein écran",
    copy: "Copier le texte",
    save: "Enregistrer",
    copied: "Copié.",
    notCopied: "Ce navigateur ne laisse pas la page copier. Enregistrez plutôt un fichier.",
    trouble: "Votre appareil n’arrive pas à le lire ?",
    advice:
      "Augmentez la luminosité de cet écran. Que le code remplisse l’image de l’autre caméra. Une animation plus lente et des carrés plus grands se lisent mieux.",
    speed: "Vitesse : codes par seconde",
    squares: "Carrés",
    large: "Grands : plus de codes",
    medium: "Moyens",
    small: "Petits : moins de codes",
    enlarged: "Code QR en plein écran",
    close: "Fermer",
    tooLarge: "{size}, c’est trop pour des codes QR. Copiez le texte, ou enregistrez-le dans un fichier.",
    running: "{number} parties, l’une après l’autre, encore et encore",
    paused: "{number} parties. En pause : appuyez sur « Lancer » pour les montrer toutes",
    pausedForLessMotion:
      "{number} parties. En pause, car votre appareil demande moins de mouvement : appuyez sur « Lancer » pour les montrer toutes",
  },

  about: {
    title: "Ce que cette page peut voir, et ce qu’elle ne peut pas",
    keys: "Vos clés restent sur votre appareil. C’est là que les demandes sont signées et les réponses ouvertes.",
    sealed:
      "Un message scellé ne peut être lu que par son destinataire, ni par cette page ni par quiconque en chemin.",
    alone:
      "La page ne parle qu’à ce serveur et ne garde rien : ce que vous avez scanné disparaît quand vous la fermez.",
    pictures: "Les images de la caméra ne quittent jamais ce navigateur.",
  },
};
