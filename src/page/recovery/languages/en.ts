/**
 * The recovery page's own texts in English; what it has in common with the exchange page is in `../../languages/`.
 *
 * `{name}` is a place where the page puts something in. A text never has markup.
 */
export const en = {
  title: "Get your shares back",
  intro:
    "For the day when every device is lost. You need your recovery sheet, or the servers’ addresses, and the contact that you named for the backup.",
  trust:
    "Use this page only if you trust whoever runs {host}. What comes through it is enough to make your secret, so a page that was changed could take it.",
  noScript:
    "This page needs JavaScript to make keys and to draw QR codes. Without it, use the command share recover.",

  sheet: {
    title: "Where are your shares?",
    how: "Scan the QR code of your recovery sheet. A picture of it, its text or its file do as well, and so does the file of a recovery that you saved on this page.",
    notASheet: "That is no recovery sheet. Show the code that is printed on it.",
    otherType: "That is another kind of message ({type}), no recovery sheet.",
    neverASecret:
      "Never show it to any page, or to anybody. This page has not kept it, and has sent it nowhere.",
    read: "Read: the sheet of the backup “{name}” of {date}. It takes {quorum} of the shares.",
    noSheet: "No sheet?",
    addresses: "Addresses of the servers, one a line. One may do: its share may name the others.",
    useAddresses: "Use these addresses",
    badAddress: "This is no address of a server: {text}",
    noAddress: "Type an address, such as https://shares.example.com",
  },

  servers: {
    title: "Confirm at each server",
    none: "Your servers appear here.",
    lifehash: "LifeHash of the server",
    meeting: "Asking the server who it is …",
    sheet: "It is the server of your sheet, and has proven so.",
    hint: "A share that came names this server, and it has proven to be the one.",
    saved: "It is the server of the saved recovery.",
    unpinned:
      "Nothing here vouches for it. Compare the picture and the words with those that you have of it.",
    contact: "The contact that you named for the backup",
    kindOnSheet: "Contact on the sheet: {kind}",
    kinds: { email: "an e-mail address", phone: "a phone number", uri: "an address of another kind" },
    ownContacts: "Another contact for each server",
    ownContact: "Contact for {server}",
    ask: "Ask these servers",
    askNote:
      "Each server that has an account with this contact sends it a message. A server does not tell whether it has one.",
    noContact: "Type the contact, for each server that is to be asked.",
    tryAgain: "Try again",
  },

  /** How a server stands. */
  standing: {
    asking: "Asking …",
    asked:
      "Asked. If an account has the contact {contact}, a message went there. Type its code, or open its link and confirm there.",
    askedMore:
      "The message’s link must name the key {key}; otherwise somebody else asks. No message? Look among unwanted mail, and whether it is the right contact.",
    code: "Code from {server}",
    confirm: "Confirm",
    confirming: "Confirming …",
    takeBack: "Ask for another contact",
    waiting: "Confirmed. The account comes on {date}; this server makes transfers wait.",
    waitingMore:
      "Save this recovery below, and go on then. Here it goes on by itself while the page is open.",
    came: "Its account is here, with {count} shares.",
    cameOne: "Its account is here, with its share.",
    cameEmpty: "Its account is here, but has no share of a backup.",
  },

  /** What has gone wrong with a server, by the client’s or the server’s code. */
  failures: {
    unreachable: "The server can’t be reached. Go on with the others, or try again later.",
    insecure:
      "This browser lets a secure page talk to secure servers only, and this address begins with http. Use the command share recover for it.",
    "wrong-server":
      "Not the server of your sheet: another one answers at this address. It is asked for nothing. Ask whoever runs it, or go on with the others.",
    "wrong-keys":
      "This server speaks by keys that those of your sheet have not signed. Somebody else may answer in its place: it is asked for nothing more.",
    "bad-answer":
      "What answers at this address is no share server, or its answer can’t be believed. Often it is a Wi-Fi sign-in page: sign in, and try again.",
    "wrong-code":
      "Wrong code. See that it is from this server’s message, the newest one. After five wrong ones you have to ask again.",
    "too-many-attempts": "Five wrong codes: this one counts no more. Ask again, for a new message.",
    "challenge-void":
      "The code is too old, or was cancelled, maybe by the device that still has the account. Ask again, for a new message.",
    "rate-limited": "Too many messages for now. Try again at {date}.",
    "rate-limited-soon": "Too many requests for now. Try again in a while.",
    "unsupported-fallback":
      "This server takes no such contact. Is it written as you named it: an address with @, or a number that begins with +?",
    "from-the-future": "The clock of this device is wrong. Set it, and try again.",
    expired: "The clock of this device is wrong. Set it, and try again.",
    refused: "The server says: {text} ({code})",
    other: "Something went wrong in this page: {text}",
    forNow: "The server can’t be reached just now. The page tries again by itself.",
  },

  saving: {
    title: "Go on later, or on another device",
    why: "The keys are in this page only, and gone when it closes or loads anew. A telephone may do that while you read your mail. Save them first: with the file and its passphrase you go on here, hours or days later.",
    passphrase: "A passphrase for the file, 8 characters or more",
    again: "The same again",
    save: "Save file",
    tooShort: "The passphrase needs 8 characters or more.",
    different: "The two are not the same.",
    working: "Encrypting …",
    saved: "Saved. What happens from now on is not in the file, but the servers know it.",
    locked: "Go on with a saved recovery",
    itsPassphrase: "The passphrase of the file",
    unlock: "Go on",
    opening: "Opening …",
    notAFile: "That is no recovery that this page has saved.",
    wrongPassphrase: "The file does not open with this passphrase.",
  },

  shares: {
    title: "Give the shares to your wallet",
    none: "The shares that come appear here.",
    count: "Shares that have come: {count}.",
    enough: "They are enough to make the secret.",
    notEnough: "They are not enough yet.",
    show: "Show the shares",
    nth: "Share {number} of {count}",
    from: "from {server}",
    previous: "Previous share",
    next: "Next share",
    hide: "Hide",
    how: "This page does not join them: your wallet does. Scan one after the other, and let nobody else see the codes.",
    afterwards:
      "The accounts are now those of this page’s keys. When your wallet has the secret, back it up anew with keys of its own.",
    end: "My wallet has it: forget all",
    sure: "Forget the keys and shares?",
    sureText: "The accounts on the servers stay, and can be had again by the contact.",
    sureYes: "Yes: forget all",
    sureNo: "No: keep them",
    ended: "All is forgotten. Close this page.",
  },

  about: {
    title: "What this page knows, and keeps",
    keys: "It makes new keys for each server, in this browser. They leave it in a file that you save, encrypted, and in no other way.",
    keeps: "It keeps nothing: keys and shares are gone when you close it.",
    talks: "It talks to the servers in the list above and to no others. Requests and answers are sealed.",
    finds:
      "Each server finds out the contact that you name for it, and the address of your device on the network.",
    control: "Whoever controls this page, this browser or an extension of it can read what the page holds.",
  },
};

export type RecoverTexts = typeof en;
