/**
 * The confirmation page in English. The other languages have the same lines: the type checks that none is missing.
 *
 * `{name}` is a place where the page puts something in. A text never has markup.
 */
export const en = {
  subject: "Share account {account}, contact {contact}.",
  notAsked: "If you did not ask for this, close this page. Nothing will change.",
  transfer: {
    title: "Move your shares to a new key?",
    happens: "After the move only the new key can read the shares. The present key no longer can.",
    key: "The new key is {key}. If your wallet shows another, somebody else is asking: close this page.",
    button: "Move the account to the new key",
  },
  validation: {
    title: "Use this contact for your shares?",
    happens: "If you lose your key, the account can then be moved to a new one through this contact.",
    button: "Confirm this contact",
  },
  done: {
    title: "Confirmed",
    contact: "Share account {account} now has this contact. You can close this page.",
    moved: "Share account {account} now belongs to the new key. You can go back to your wallet.",
    moves: "Share account {account} moves to the new key at {time}. You can go back to your wallet.",
  },
  failed: {
    title: "Not confirmed",
    "fallback-in-use": "Another account has confirmed this contact already. Nothing has changed.",
    "key-in-use":
      "The new key is in use by another account. Start again from your wallet, with another key. Nothing has changed.",
  },
  unknown: {
    title: "Nothing to confirm",
    text: "This link is not complete, or is no longer known. Open it again from the message, all of it, or ask for a new one from your wallet.",
  },
  closed: {
    title: "This link is closed",
    text: "It has been used, or has run out, or a newer one has replaced it.",
    advice:
      "If you pressed the button before, there is nothing more to do, and you can close this page. If you did not, ask for a new link from your wallet.",
  },
  unavailable: {
    title: "Not now",
    text: "The server cannot reach its database. Open the link again in a minute. If you had pressed the button, the page will say whether it has worked.",
  },
  broken: {
    title: "Something went wrong",
    text: "That is the server's mistake. Open the link again later. Whoever runs the server finds the cause by the request's name, {request}.",
  },
};

export type Texts = typeof en;
