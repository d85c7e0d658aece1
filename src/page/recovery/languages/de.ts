import type { RecoverTexts } from "./en.ts";

export const de: RecoverTexts = {
  title: "Holen Sie Ihre Shares zurück",
  intro:
    "Für den Tag, an dem alle Geräte verloren sind. Sie brauchen Ihr Wiederherstellungsblatt oder die Adressen der Server und den Kontakt, den Sie für die Sicherung angegeben haben.",
  trust:
    "Nutzen Sie diese Seite nur, wenn Sie dem Betreiber von {host} vertrauen. Was durch sie geht, reicht für Ihr Geheimnis; eine veränderte Seite könnte es an sich nehmen.",
  noScript:
    "Diese Seite braucht JavaScript, um Schlüssel zu machen und QR-Codes zu zeichnen. Ohne JavaScript hilft der Befehl share recover.",

  sheet: {
    title: "Wo sind Ihre Shares?",
    how: "Scannen Sie den QR-Code Ihres Wiederherstellungsblatts. Ein Bild davon, sein Text oder seine Datei gehen auch, ebenso die Datei einer Wiederherstellung, die Sie auf dieser Seite gesichert haben.",
    notASheet: "Das ist kein Wiederherstellungsblatt. Zeigen Sie den Code, der darauf gedruckt ist.",
    otherType: "Das ist eine andere Art von Nachricht ({type}) und kein Wiederherstellungsblatt.",
    neverASecret:
      "Zeigen Sie es nie einer Seite und niemandem. Diese Seite hat es nicht behalten und nirgendwohin gesendet.",
    read: "Gelesen: das Blatt der Sicherung „{name}“ vom {date}. Von den Shares braucht es {quorum}.",
    noSheet: "Kein Blatt?",
    addresses:
      "Adressen der Server, eine in jeder Zeile. Eine kann genügen: Ihr Share nennt vielleicht die anderen.",
    useAddresses: "Diese Adressen verwenden",
    badAddress: "Das ist keine Adresse eines Servers: {text}",
    noAddress: "Geben Sie eine Adresse ein, zum Beispiel https://shares.example.com",
  },

  servers: {
    title: "Bei jedem Server bestätigen",
    none: "Ihre Server erscheinen hier.",
    lifehash: "LifeHash des Servers",
    meeting: "Der Server wird gefragt, wer er ist …",
    sheet: "Es ist der Server Ihres Blatts, und er hat es bewiesen.",
    hint: "Ein Share, der gekommen ist, nennt diesen Server, und er hat bewiesen, dass er es ist.",
    saved: "Es ist der Server der gesicherten Wiederherstellung.",
    unpinned: "Nichts hier bürgt für ihn. Vergleichen Sie Bild und Wörter mit denen, die Sie von ihm haben.",
    contact: "Der Kontakt, den Sie für die Sicherung angegeben haben",
    kindOnSheet: "Kontakt auf dem Blatt: {kind}",
    kinds: { email: "eine E-Mail-Adresse", phone: "eine Telefonnummer", uri: "eine Adresse anderer Art" },
    ownContacts: "Ein anderer Kontakt für jeden Server",
    ownContact: "Kontakt für {server}",
    ask: "Diese Server fragen",
    askNote:
      "Jeder Server, der ein Konto mit diesem Kontakt hat, schickt ihm eine Nachricht. Ob er eines hat, sagt ein Server nicht.",
    noContact: "Geben Sie für jeden Server, der gefragt werden soll, den Kontakt ein.",
    tryAgain: "Noch einmal versuchen",
  },

  standing: {
    asking: "Wird gefragt …",
    asked:
      "Gefragt. Wenn ein Konto den Kontakt {contact} hat, ging eine Nachricht dorthin. Geben Sie ihren Code ein, oder öffnen Sie ihren Link und bestätigen Sie dort.",
    askedMore:
      "Der Link der Nachricht muss den Schlüssel {key} nennen; sonst fragt jemand anderes. Keine Nachricht? Sehen Sie bei unerwünschter Post nach, und ob es der richtige Kontakt ist.",
    code: "Code von {server}",
    confirm: "Bestätigen",
    confirming: "Wird bestätigt …",
    takeBack: "Nach einem anderen Kontakt fragen",
    waiting: "Bestätigt. Das Konto kommt am {date}; dieser Server lässt Übertragungen warten.",
    waitingMore:
      "Sichern Sie diese Wiederherstellung unten und machen Sie dann weiter. Hier geht es von selbst weiter, solange die Seite offen ist.",
    came: "Sein Konto ist da, mit {count} Shares.",
    cameOne: "Sein Konto ist da, mit seinem Share.",
    cameEmpty: "Sein Konto ist da, hat aber keinen Share einer Sicherung.",
  },

  failures: {
    unreachable:
      "Der Server ist nicht zu erreichen. Machen Sie mit den anderen weiter, oder versuchen Sie es später noch einmal.",
    insecure:
      "Dieser Browser lässt eine sichere Seite nur mit sicheren Servern sprechen, und diese Adresse beginnt mit http. Nehmen Sie für sie den Befehl share recover.",
    "wrong-server":
      "Nicht der Server Ihres Blatts: Unter dieser Adresse antwortet ein anderer. Er wird um nichts gebeten. Fragen Sie den Betreiber, oder machen Sie mit den anderen weiter.",
    "wrong-keys":
      "Dieser Server spricht mit Schlüsseln, die von denen Ihres Blatts nicht unterschrieben sind. Vielleicht antwortet jemand anderes an seiner Stelle: Er wird um nichts mehr gebeten.",
    "bad-answer":
      "Was unter dieser Adresse antwortet, ist kein Share-Server, oder seiner Antwort ist nicht zu glauben. Oft ist es die Anmeldeseite eines WLANs: Melden Sie sich an und versuchen Sie es noch einmal.",
    "wrong-code":
      "Falscher Code. Sehen Sie nach, ob er aus der neuesten Nachricht dieses Servers ist. Nach fünf falschen müssen Sie neu fragen.",
    "too-many-attempts":
      "Fünf falsche Codes: Dieser gilt nicht mehr. Fragen Sie noch einmal, dann kommt eine neue Nachricht.",
    "challenge-void":
      "Der Code ist zu alt oder wurde widerrufen, vielleicht von dem Gerät, das das Konto noch hat. Fragen Sie noch einmal, dann kommt eine neue Nachricht.",
    "rate-limited": "Zu viele Nachrichten für den Augenblick. Versuchen Sie es am {date} noch einmal.",
    "rate-limited-soon": "Zu viele Anfragen für den Augenblick. Versuchen Sie es bald noch einmal.",
    "unsupported-fallback":
      "Dieser Server nimmt einen solchen Kontakt nicht. Ist er so geschrieben, wie Sie ihn angegeben haben: eine Adresse mit @ oder eine Nummer, die mit + beginnt?",
    "from-the-future": "Die Uhr dieses Geräts geht falsch. Stellen Sie sie und versuchen Sie es noch einmal.",
    expired: "Die Uhr dieses Geräts geht falsch. Stellen Sie sie und versuchen Sie es noch einmal.",
    refused: "Der Server sagt: {text} ({code})",
    other: "Auf dieser Seite ging etwas schief: {text}",
    forNow: "Der Server ist gerade nicht zu erreichen. Die Seite versucht es von selbst noch einmal.",
  },

  saving: {
    title: "Später weitermachen, oder auf einem anderen Gerät",
    why: "Die Schlüssel sind nur auf dieser Seite und verloren, wenn sie geschlossen oder neu geladen wird. Ein Telefon macht das vielleicht, während Sie Ihre Post lesen. Sichern Sie sie vorher: Mit der Datei und ihrer Passphrase machen Sie hier weiter, Stunden oder Tage später.",
    passphrase: "Eine Passphrase für die Datei, mindestens 8 Zeichen",
    again: "Dieselbe noch einmal",
    save: "Datei sichern",
    tooShort: "Die Passphrase braucht mindestens 8 Zeichen.",
    different: "Die beiden sind nicht gleich.",
    working: "Wird verschlüsselt …",
    saved: "Gesichert. Was von jetzt an geschieht, ist nicht in der Datei; die Server wissen es aber.",
    locked: "Mit einer gesicherten Wiederherstellung weitermachen",
    itsPassphrase: "Die Passphrase der Datei",
    unlock: "Weitermachen",
    opening: "Wird geöffnet …",
    notAFile: "Das ist keine Wiederherstellung, die diese Seite gesichert hat.",
    wrongPassphrase: "Die Datei geht mit dieser Passphrase nicht auf.",
  },

  shares: {
    title: "Geben Sie die Shares Ihrer Wallet",
    none: "Die Shares, die kommen, erscheinen hier.",
    count: "Gekommene Shares: {count}.",
    enough: "Sie reichen für das Geheimnis.",
    notEnough: "Sie reichen noch nicht.",
    show: "Die Shares zeigen",
    nth: "Share {number} von {count}",
    from: "von {server}",
    previous: "Voriger Share",
    next: "Nächster Share",
    hide: "Verbergen",
    how: "Diese Seite fügt sie nicht zusammen: Das tut Ihre Wallet. Scannen Sie einen nach dem anderen, und lassen Sie sonst niemanden die Codes sehen.",
    afterwards:
      "Die Konten gehören jetzt den Schlüsseln dieser Seite. Wenn Ihre Wallet das Geheimnis hat, sichern Sie es neu, mit ihren eigenen Schlüsseln.",
    end: "Meine Wallet hat es: alles vergessen",
    sure: "Schlüssel und Shares vergessen?",
    sureText: "Die Konten auf den Servern bleiben und sind über den Kontakt wieder zu haben.",
    sureYes: "Ja: alles vergessen",
    sureNo: "Nein: behalten",
    ended: "Alles ist vergessen. Schließen Sie diese Seite.",
  },

  about: {
    title: "Was diese Seite weiß und behält",
    keys: "Sie macht für jeden Server neue Schlüssel, in diesem Browser. Sie verlassen ihn nur verschlüsselt, in einer Datei, die Sie sichern.",
    keeps: "Sie behält nichts: Schlüssel und Shares sind weg, wenn Sie sie schließen.",
    talks:
      "Sie spricht mit den Servern der Liste oben und mit keinen anderen. Anfragen und Antworten sind versiegelt.",
    finds: "Jeder Server erfährt den Kontakt, den Sie für ihn angeben, und die Adresse Ihres Geräts im Netz.",
    control:
      "Wer diese Seite, diesen Browser oder eine Erweiterung von ihm beherrscht, kann lesen, was die Seite hat.",
  },
};
