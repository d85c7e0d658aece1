import type { Texts } from "./en.ts";

export const fr: Texts = {
  subject: "Compte de parts {account}, contact {contact}.",
  notAsked: "Si vous n’avez pas demandé cela, fermez cette page. Rien ne changera.",
  transfer: {
    title: "Transférer vos parts à une nouvelle clé ?",
    happens:
      "Après le transfert, seule la nouvelle clé peut lire les parts. La clé actuelle ne le peut plus.",
    key: "La nouvelle clé est {key}. Si votre portefeuille en montre une autre, quelqu’un d’autre le demande : fermez cette page.",
    button: "Transférer le compte à la nouvelle clé",
  },
  validation: {
    title: "Utiliser ce contact pour vos parts ?",
    happens: "Si vous perdez votre clé, ce contact permettra de transférer le compte à une nouvelle clé.",
    button: "Confirmer ce contact",
  },
  done: {
    title: "Confirmé",
    contact: "Le compte de parts {account} a maintenant ce contact. Vous pouvez fermer cette page.",
    moved:
      "Le compte de parts {account} appartient maintenant à la nouvelle clé. Vous pouvez revenir à votre portefeuille.",
    moves:
      "Le compte de parts {account} passera à la nouvelle clé : {time}. Vous pouvez revenir à votre portefeuille.",
  },
  failed: {
    title: "Non confirmé",
    "fallback-in-use": "Un autre compte a déjà confirmé ce contact. Rien n’a changé.",
    "key-in-use":
      "La nouvelle clé sert déjà à un autre compte. Recommencez depuis votre portefeuille, avec une autre clé. Rien n’a changé.",
  },
  unknown: {
    title: "Rien à confirmer",
    text: "Ce lien est incomplet, ou n’est plus connu. Ouvrez-le de nouveau depuis le message, en entier, ou demandez-en un nouveau depuis votre portefeuille.",
  },
  closed: {
    title: "Ce lien est fermé",
    text: "Il a servi, ou a expiré, ou un plus récent l’a remplacé.",
    advice:
      "Si vous avez déjà appuyé sur le bouton, il n’y a plus rien à faire, et vous pouvez fermer cette page. Sinon, demandez un nouveau lien depuis votre portefeuille.",
  },
  unavailable: {
    title: "Pas maintenant",
    text: "Le serveur n’atteint pas sa base de données. Ouvrez le lien de nouveau dans une minute. Si vous aviez appuyé sur le bouton, la page dira si cela a réussi.",
  },
  broken: {
    title: "Quelque chose a mal tourné",
    text: "C’est une erreur du serveur. Ouvrez le lien de nouveau plus tard. L’exploitant du serveur trouve la cause par le nom de la demande, {request}.",
  },
};
