/**
 * The page's texts in English. The other languages have the same lines: the type checks that none is missing.
 *
 * `{name}` is a place where the page puts something in. A text never has markup.
 */
import type { RefusalCode } from "@bc/share-protocol";
import type { SecretKind } from "../secrets/secret-kind.ts";

export const en = {
  /** The language's own name for itself. */
  language: "English",
  chooseLanguage: "Language",
  title: "Share server",
  intro:
    "This page carries messages between your offline device and the server, by QR code. It holds no keys.",
  noScript: "This page needs JavaScript to read and draw QR codes. Without it, use the command line.",

  /** The words before a note, so that nobody has to tell it by its colour. */
  kinds: { good: "Done", warning: "Take care", bad: "Error" },

  server: {
    title: "Is this your server?",
    asking: "Asking the server who it is …",
    compare:
      "Compare the picture and the words with what your device shows. If they differ, stop. First time? Show it to your device.",
    silent: "The server does not say who it is. Check the network, and try again.",
    retry: "Try again",
    show: "Show it to my device",
    hide: "Hide the code",
    scan: "Scan this with your device, once. It then shows the same words: compare them with those that whoever runs the server gives you. From then on it knows this server.",
    fullIdentifier: "Full identifier",
    lifehash: "LifeHash of the server",
    nameAt: "{name}, at {host}",
    nameless: "A server",
    clockAhead:
      "This device’s clock is {difference} ahead of the server’s. If your wallet goes by the same clock, set it first: the server refuses requests from the future.",
    clockBehind:
      "This device’s clock is {difference} behind the server’s. If your wallet goes by the same clock, set it first: the server refuses requests that are too old.",
  },

  request: {
    title: "Scan your request",
    how: "Make a request on your device. Hold its QR code into the camera; if it moves, keep it there until all is read.",
    neverASeed: "Never show a seed, recovery words or a private key to this page, or to any page.",
    send: "Send to the server",
    another: "Scan another",
    sending: "Sending …",
    sent: "Sent. The answer is below.",
    sentTitle: "Your request is sent",
    sealedTitle: "Your request is read, and sealed. Next: send it",
    sealed:
      "{size}. Only the server that it is sealed for can open it, so this page can’t show what it asks.",
    plainTitle: "Request read: {function}",
    plain: "{size}, not sealed: whoever sees it on the way can read it.",
    notSealed: "Not sealed: whoever sees it can read it, and the share in it.",
    tooLarge: "The request has {size}. This server takes {limit} at most. Ask for less at a time.",
    answerTitle: "That is an answer",
    answer: "It is for your device. The server takes requests.",
    envelopeTitle: "That is no request",
    envelope: "It is an envelope, but it asks the server for nothing.",
    malformedTitle: "That can’t be a request",
    malformed: "The code was read well, but what it holds is no envelope.",
    notTaken: "Not taken: a message is read already. Press “Scan another” first, then drop it again.",
    unreachable:
      "The server can’t be reached. Your request is still here: check the network, and send it again. Nothing happens twice.",
    notTheServer:
      "Something else answered in the server’s place. Often it is a Wi-Fi sign-in page or a proxy: sign in, check the address of this page, and send it again.",
  },

  /** What a request asks for, by its function. */
  functions: {
    storeShare: "Store a share",
    retrieveShares: "Send the stored shares back",
    getShares: "Send the stored shares back",
    auditShares: "Prove that the stored shares are still there",
    deleteShares: "Delete shares",
    updateFallback: "Set the fallback contact",
    updateRecovery: "Set the fallback contact",
    retrieveFallback: "Tell the fallback contact",
    getRecovery: "Tell the fallback contact",
    fallbackTransfer: "Move the account to a new key",
    startRecovery: "Move the account to a new key",
    verifyFallback: "Confirm with a code",
    finishRecovery: "Finish moving the account to a new key",
    updatePublicKey: "Change the account’s key",
    updateXIDDocument: "Change the account’s key",
    deleteAccount: "Delete the account and all its shares",
  },

  answer: {
    title: "Take the answer back",
    none: "The server’s answer appears here, as a QR code for your device.",
    startOver: "My device has it: start over",
    sure: "Does your device have the answer?",
    sureText:
      "This page forgets it when you start over. Should you need it again, send the same request again: you get the same answer.",
    sureYes: "Yes: start over",
    sureNo: "No: keep the answer",
    notTaken: "Not taken: the answer is still here. Scan it and start over, then drop it again.",
    sealedTitle: "The answer is here. Your device will tell if it worked",
    sealed: "It is sealed for you: only your device can open it. Scan it now.",
    doneTitle: "The server has done it",
    done: "Scan the answer: your device checks the signature.",
    refusedTitle: "The server did not do it",
    refused: "The server says: {text}.",
    noReason: "The server gave no reason.",
    datedAhead: "By the server’s clock, the request is dated {difference} ahead.",
    datedAgo: "By the server’s clock, the request was made {difference} ago.",
    code: "Error code: {code}",
    forgedTitle: "This answer is not signed by the server above",
    forged: "Do not trust it. Check the address of this page, and the network.",
  },

  /** What to do about an error of the server, by its code, where the server's own text leaves that open. */
  advice: {
    malformed: "Part of the message was lost or changed on the way. Scan it again.",
    "too-complex": "The server does not take requests of so many pieces. Ask for less at a time.",
    "too-many-parts": "Send the request in fewer, larger parts.",
    "too-large": "The server does not take requests this large.",
    "rate-limited": "Wait as long as it says, or else a minute, then send the same request again.",
    unavailable: "The server’s store is down. Your request is not lost: send it again later.",
    "unknown-recipient":
      "This request is sealed for another server, or for keys that this one has replaced. Compare the picture and the words above with your device’s. If they are the same, show the server to your device again, and make a new request.",
    "wrong-recipient":
      "This request is meant for another server. Compare the picture and the words above with your device’s.",
    "missing-recipient": "The request must name this server. Show the server to your device first.",
    expired: "The request was made too long ago. Check your device’s clock, and make a new one.",
    "from-the-future": "The request’s date lies ahead. Check your device’s clock, and make a new one.",
    "id-reused": "Your device used this request’s ID before. Make a new request.",
    "unknown-account": "This server has no account for the key that signed the request.",
    "unknown-function": "This server does not know what the request asks for. Your device may be newer.",
    "bad-signature": "The signature does not fit the request. Make a new one.",
    internal: "Something went wrong in the server. Your request is not lost: send it again later.",
  } satisfies Partial<Record<RefusalCode, string>>,

  reader: {
    camera: "Scan with the camera",
    pasteText: "Paste text",
    chooseFile: "Choose file",
    drop: "You can also drop pictures, text or a text file anywhere on this page.",
    textLabel: "Text that begins with ur:envelope/, one or several lines",
    useText: "Use this text",
    video: "What the camera sees",
    progress: "Read so far",
    forget: "Forget what was read",
    stopCamera: "Stop the camera",
    light: "Light",
    whichCamera: "Camera",
    cameraNumber: "Camera {number}",
    count: "{known} of {total} parts known. Codes read: {codes}",
    waiting: "Waiting for the camera …",
    looking: "Looking for a QR code …",
    stopped:
      "The camera is off. What was read so far is kept: go on with the camera, with text or with files.",
    nothing:
      "No QR code seen yet. Fill the picture with it: about a hand’s width away, straight on, bright, without reflections.",
    ended: "The camera was taken away or turned off. Open it again; what was read so far is kept.",
    stuck: "Nothing new for a while. Hold still, come a little closer, and see that the code is moving.",
    unclear:
      "A QR code is seen, but what it holds is damaged. Hold still and straight; if that does not help, show it anew.",
    damaged: "This text is damaged: something is missing or changed. Copy it again, all of it.",
    several: "These are two different messages. Take one, and then the other.",
    tooLarge: "This message is too large for QR codes. Use a file instead.",
    notAUr: "That is no message for a share server. Show the QR code of the request.",
    noCode: "There is no QR code in this picture that can be read. Try a sharper one.",
    noPicture: "This file is no picture that this browser can open. Save it as PNG or JPEG, and try again.",
    formatUnknown:
      "This is a picture in the format {format}, which this browser can’t open. Save it as PNG or JPEG, and try again.",
    otherType: "That is another kind of message ({type}), not a request. Show the QR code of the request.",
    missing: "Some parts are missing. Add the others.",
    missingOrDamaged: "Some parts are missing or damaged. Copy them again, all of each.",
    begun: "Reading. Keep it there.",
    quarter: "A quarter is read. Keep it there.",
    half: "Half is read. Keep it there.",
    threeQuarters: "Three quarters are read. Keep it there.",
  },

  /** Why there is no picture, and what to do about it. */
  cameraTrouble: {
    notAllowed:
      "The camera is not allowed here. Allow it in the browser’s settings for this page, often behind the sign beside the address, and try again. Or paste the text, or choose a picture.",
    notFound: "This device has no camera. Paste the text, or choose a picture.",
    inUse: "Another program is using the camera. Close it, and try again.",
    insecure:
      "The browser gives the camera to pages with a secure connection (https) only. Paste the text, or choose a picture.",
    noPicture: "The camera gives no picture. Try another one.",
    other: "The camera could not be opened. Try again, or paste the text.",
  },

  /** What must not be sent. */
  secrets: {
    title: "Stop: that is {secret}.",
    advice:
      "Never show it to any page, or to anybody. It was not sent, and this page has not kept it. Show the QR code of the request.",
    kinds: {
      seed: "a seed",
      "seed-share": "a share of a seed",
      "recovery-words": "a phrase of recovery words",
      key: "a key",
      "private-key": "a private key",
      "private-keys": "private keys",
      "private-key-in-hex": "a private key in hex",
      "secret-key": "a secret key",
      "hex-key": "a key or a seed in hex",
      "wallet-private-key": "a wallet’s private key",
      "wallet-keys": "a wallet’s keys",
      descriptor: "a wallet’s descriptor",
    } satisfies Record<SecretKind, string>,
  },

  player: {
    code: "QR code",
    movingCode: "Moving QR code",
    pause: "Pause",
    play: "Play",
    enlarge: "Full screen",
    copy: "Copy text",
    save: "Save file",
    copied: "Copied.",
    notCopied: "This browser does not let the page copy. Save it as a file instead.",
    trouble: "Your device can’t read it?",
    advice:
      "Turn up this screen’s brightness. Fill the other camera’s picture with the code. A slower animation and larger squares are easier to read.",
    speed: "Speed: codes a second",
    squares: "Squares",
    large: "Large: more codes",
    medium: "Medium",
    small: "Small: fewer codes",
    enlarged: "QR code on the full screen",
    close: "Close",
    tooLarge: "{size} are too much for QR codes. Copy the text, or save it as a file.",
    running: "{number} parts, one after the other, again and again",
    paused: "{number} parts. Paused: press Play to show them all",
    pausedForLessMotion:
      "{number} parts. Paused, as your device asks for less motion: press Play to show them all",
  },

  about: {
    title: "What this page can and can’t see",
    keys: "Your keys stay on your device. Requests are signed there, and answers are opened there.",
    sealed:
      "A sealed message can be read by its receiver only, not by this page and not by anyone on the way.",
    alone:
      "The page talks to this server alone, and keeps nothing: what you scanned is gone when you close it.",
    pictures: "Camera pictures never leave this browser.",
  },
};

export type Texts = typeof en;
