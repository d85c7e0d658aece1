import type { Texts } from "./en.ts";

export const de: Texts = {
  subject: "Share-Konto {account}, Kontakt {contact}.",
  notAsked: "Haben Sie das nicht verlangt, so schließen Sie diese Seite. Nichts wird sich ändern.",
  transfer: {
    title: "Ihre Shares auf einen neuen Schlüssel übertragen?",
    happens: "Danach kann nur der neue Schlüssel die Shares lesen. Der jetzige kann es nicht mehr.",
    key: "Der neue Schlüssel ist {key}. Zeigt Ihre Wallet einen anderen, so verlangt es jemand anders: Schließen Sie diese Seite.",
    button: "Das Konto auf den neuen Schlüssel übertragen",
  },
  validation: {
    title: "Diesen Kontakt für Ihre Shares verwenden?",
    happens:
      "Verlieren Sie Ihren Schlüssel, so lässt sich das Konto über diesen Kontakt auf einen neuen übertragen.",
    button: "Diesen Kontakt bestätigen",
  },
  done: {
    title: "Bestätigt",
    contact: "Das Share-Konto {account} hat jetzt diesen Kontakt. Sie können diese Seite schließen.",
    moved: "Das Share-Konto {account} gehört jetzt dem neuen Schlüssel. Kehren Sie zu Ihrer Wallet zurück.",
    moves:
      "Das Share-Konto {account} geht an den neuen Schlüssel über: {time}. Kehren Sie zu Ihrer Wallet zurück.",
  },
  failed: {
    title: "Nicht bestätigt",
    "fallback-in-use": "Ein anderes Konto hat diesen Kontakt schon bestätigt. Nichts hat sich geändert.",
    "key-in-use":
      "Der neue Schlüssel gehört schon zu einem anderen Konto. Beginnen Sie in Ihrer Wallet noch einmal, mit einem anderen Schlüssel. Nichts hat sich geändert.",
  },
  unknown: {
    title: "Nichts zu bestätigen",
    text: "Dieser Link ist nicht vollständig oder nicht mehr bekannt. Öffnen Sie ihn noch einmal aus der Nachricht, ganz, oder verlangen Sie in Ihrer Wallet einen neuen.",
  },
  closed: {
    title: "Dieser Link ist geschlossen",
    text: "Er wurde benutzt, ist abgelaufen, oder ein neuerer hat ihn ersetzt.",
    advice:
      "Haben Sie schon auf den Knopf gedrückt, so ist nichts mehr zu tun, und Sie können diese Seite schließen. Sonst verlangen Sie in Ihrer Wallet einen neuen Link.",
  },
  unavailable: {
    title: "Gerade nicht",
    text: "Der Server erreicht seine Datenbank nicht. Öffnen Sie den Link in einer Minute noch einmal. Haben Sie auf den Knopf gedrückt, so sagt die Seite dann, ob es geklappt hat.",
  },
  broken: {
    title: "Etwas ging schief",
    text: "Das ist ein Fehler des Servers. Öffnen Sie den Link später noch einmal. Wer den Server betreibt, findet die Ursache unter dem Namen der Anfrage, {request}.",
  },
};
