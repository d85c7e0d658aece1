import type { RecoverTexts } from "./en.ts";

export const fr: RecoverTexts = {
  title: "Récupérez vos parts",
  intro:
    "Pour le jour où tous les appareils sont perdus. Il vous faut votre feuille de récupération, ou les adresses des serveurs, et le contact que vous avez indiqué pour la sauvegarde.",
  trust:
    "N’utilisez cette page que si vous faites confiance à l’exploitant de {host}. Ce qui passe par elle suffit à reconstituer votre secret : une page modifiée pourrait le prendre.",
  noScript:
    "Cette page a besoin de JavaScript pour créer des clés et dessiner les codes QR. Sans lui, utilisez la commande share recover.",

  sheet: {
    title: "Où sont vos parts ?",
    how: "Scannez le code QR de votre feuille de récupération. Une image, son texte ou son fichier conviennent aussi, de même que le fichier d’une récupération enregistrée sur cette page.",
    notASheet: "Ce n’est pas une feuille de récupération. Montrez le code qui y est imprimé.",
    otherType: "C’est un autre genre de message ({type}), pas une feuille de récupération.",
    neverASecret:
      "Ne le montrez jamais à une page, ni à personne. Cette page ne l’a pas gardé et ne l’a envoyé nulle part.",
    read: "Lu : la feuille de la sauvegarde « {name} » du {date}. Il faut, parmi les parts : {quorum}.",
    noSheet: "Pas de feuille ?",
    addresses:
      "Adresses des serveurs, une par ligne. Une seule peut suffire : sa part nomme peut-être les autres.",
    useAddresses: "Utiliser ces adresses",
    badAddress: "Ce n’est pas l’adresse d’un serveur : {text}",
    noAddress: "Saisissez une adresse, par exemple https://shares.example.com",
  },

  servers: {
    title: "Confirmez auprès de chaque serveur",
    none: "Vos serveurs apparaissent ici.",
    lifehash: "LifeHash du serveur",
    meeting: "Demande au serveur qui il est…",
    sheet: "C’est le serveur de votre feuille, et il l’a prouvé.",
    hint: "Une part reçue nomme ce serveur, et il a prouvé que c’est lui.",
    saved: "C’est le serveur de la récupération enregistrée.",
    unpinned: "Rien ici ne garantit ce serveur. Comparez l’image et les mots avec ceux que vous avez de lui.",
    contact: "Le contact que vous avez indiqué pour la sauvegarde",
    kindOnSheet: "Contact sur la feuille : {kind}",
    kinds: {
      email: "une adresse e-mail",
      phone: "un numéro de téléphone",
      uri: "une adresse d’un autre genre",
    },
    ownContacts: "Un autre contact pour chaque serveur",
    ownContact: "Contact pour {server}",
    ask: "Demander à ces serveurs",
    askNote:
      "Chaque serveur qui a un compte avec ce contact lui envoie un message. Un serveur ne dit pas s’il en a un.",
    noContact: "Saisissez le contact pour chaque serveur à qui demander.",
    tryAgain: "Réessayer",
  },

  standing: {
    asking: "Demande en cours…",
    asked:
      "Demandé. Si un compte a le contact {contact}, un message y est parti. Saisissez son code, ou ouvrez son lien et confirmez là.",
    askedMore:
      "Le lien du message doit nommer la clé {key} ; sinon, c’est quelqu’un d’autre qui demande. Pas de message ? Regardez parmi les indésirables, et si le contact est le bon.",
    code: "Code de {server}",
    confirm: "Confirmer",
    confirming: "Confirmation…",
    takeBack: "Demander pour un autre contact",
    waiting: "Confirmé. Le compte arrive le {date} ; ce serveur fait attendre les transferts.",
    waitingMore:
      "Enregistrez cette récupération ci-dessous, et continuez alors. Ici, elle continue d’elle-même tant que la page est ouverte.",
    came: "Son compte est là, avec {count} parts.",
    cameOne: "Son compte est là, avec sa part.",
    cameEmpty: "Son compte est là, mais n’a aucune part d’une sauvegarde.",
  },

  failures: {
    unreachable: "Le serveur est injoignable. Continuez avec les autres, ou réessayez plus tard.",
    insecure:
      "Ce navigateur ne laisse une page sécurisée parler qu’à des serveurs sécurisés, et cette adresse commence par http. Utilisez pour elle la commande share recover.",
    "wrong-server":
      "Ce n’est pas le serveur de votre feuille : un autre répond à cette adresse. Rien ne lui est demandé. Interrogez l’exploitant, ou continuez avec les autres.",
    "wrong-keys":
      "Ce serveur parle avec des clés que celles de votre feuille n’ont pas signées. Quelqu’un d’autre répond peut-être à sa place : plus rien ne lui est demandé.",
    "bad-answer":
      "Ce qui répond à cette adresse n’est pas un serveur de parts, ou sa réponse n’est pas crédible. C’est souvent une page de connexion Wi-Fi : connectez-vous, puis réessayez.",
    "wrong-code":
      "Code faux. Vérifiez qu’il vient du message le plus récent de ce serveur. Après cinq codes faux, il faut redemander.",
    "too-many-attempts": "Cinq codes faux : celui-ci ne compte plus. Redemandez, pour un nouveau message.",
    "challenge-void":
      "Le code est trop vieux, ou a été annulé, peut-être par l’appareil qui a encore le compte. Redemandez, pour un nouveau message.",
    "rate-limited": "Trop de messages pour le moment. Réessayez le {date}.",
    "rate-limited-soon": "Trop de demandes pour le moment. Réessayez bientôt.",
    "unsupported-fallback":
      "Ce serveur ne prend pas un tel contact. Est-il écrit comme vous l’avez indiqué : une adresse avec @, ou un numéro qui commence par + ?",
    "from-the-future": "L’horloge de cet appareil est fausse. Réglez-la, puis réessayez.",
    expired: "L’horloge de cet appareil est fausse. Réglez-la, puis réessayez.",
    refused: "Le serveur dit : {text} ({code})",
    other: "Quelque chose a échoué dans cette page : {text}",
    forNow: "Le serveur est injoignable pour l’instant. La page réessaie d’elle-même.",
  },

  saving: {
    title: "Continuer plus tard, ou sur un autre appareil",
    why: "Les clés ne sont que dans cette page, et perdues si elle se ferme ou se recharge. Un téléphone le fait parfois pendant que vous lisez vos messages. Enregistrez-les d’abord : avec le fichier et sa phrase secrète, vous continuez ici, des heures ou des jours plus tard.",
    passphrase: "Une phrase secrète pour le fichier, de 8 caractères ou plus",
    again: "La même encore une fois",
    save: "Enregistrer le fichier",
    tooShort: "La phrase secrète doit avoir 8 caractères ou plus.",
    different: "Les deux ne sont pas les mêmes.",
    working: "Chiffrement…",
    saved: "Enregistré. Ce qui se passe désormais n’est pas dans le fichier, mais les serveurs le savent.",
    locked: "Continuer une récupération enregistrée",
    itsPassphrase: "La phrase secrète du fichier",
    unlock: "Continuer",
    opening: "Ouverture…",
    notAFile: "Ce n’est pas une récupération que cette page a enregistrée.",
    wrongPassphrase: "Le fichier ne s’ouvre pas avec cette phrase secrète.",
  },

  shares: {
    title: "Donnez les parts à votre portefeuille",
    none: "Les parts qui arrivent apparaissent ici.",
    count: "Parts arrivées : {count}.",
    enough: "Elles suffisent à reconstituer le secret.",
    notEnough: "Elles ne suffisent pas encore.",
    show: "Montrer les parts",
    nth: "Part {number} sur {count}",
    from: "de {server}",
    previous: "Part précédente",
    next: "Part suivante",
    hide: "Masquer",
    how: "Cette page ne les réunit pas : votre portefeuille le fait. Scannez l’une après l’autre, et ne laissez personne d’autre voir les codes.",
    afterwards:
      "Les comptes sont maintenant ceux des clés de cette page. Quand votre portefeuille a le secret, sauvegardez-le de nouveau, avec ses propres clés.",
    end: "Mon portefeuille l’a : tout oublier",
    sure: "Oublier les clés et les parts ?",
    sureText: "Les comptes sur les serveurs restent, et se récupèrent à nouveau par le contact.",
    sureYes: "Oui : tout oublier",
    sureNo: "Non : les garder",
    ended: "Tout est oublié. Fermez cette page.",
  },

  about: {
    title: "Ce que cette page sait et garde",
    keys: "Elle crée de nouvelles clés pour chaque serveur, dans ce navigateur. Elles n’en sortent que chiffrées, dans un fichier que vous enregistrez.",
    keeps: "Elle ne garde rien : clés et parts disparaissent quand vous la fermez.",
    talks:
      "Elle parle aux serveurs de la liste ci-dessus et à aucun autre. Demandes et réponses sont scellées.",
    finds:
      "Chaque serveur apprend le contact que vous indiquez pour lui, et l’adresse de votre appareil sur le réseau.",
    control:
      "Qui contrôle cette page, ce navigateur ou l’une de ses extensions peut lire ce que la page détient.",
  },
};
