import type { Texts } from "./en.ts";

export const de: Texts = {
  language: "Deutsch",
  chooseLanguage: "Sprache",
  title: "Share-Server",
  intro:
    "Diese Seite trägt Nachrichten per QR-Code zwischen Ihrem Gerät ohne Netz und dem Server hin und her. Sie hat keine Schlüssel.",
  noScript:
    "Diese Seite braucht JavaScript, um QR-Codes zu lesen und zu zeichnen. Ohne JavaScript hilft die Kommandozeile.",

  kinds: { good: "Erledigt", warning: "Achtung", bad: "Fehler" },

  server: {
    title: "Ist das Ihr Server?",
    asking: "Der Server wird gefragt, wer er ist …",
    compare:
      "Vergleichen Sie Bild und Wörter mit dem, was Ihr Gerät zeigt. Ist etwas anders, hören Sie auf. Zum ersten Mal hier? Zeigen Sie Ihrem Gerät den Server.",
    silent: "Der Server sagt nicht, wer er ist. Prüfen Sie das Netz und versuchen Sie es noch einmal.",
    retry: "Noch einmal versuchen",
    show: "Meinem Gerät zeigen",
    hide: "Code verbergen",
    scan: "Scannen Sie das einmal mit Ihrem Gerät. Es zeigt dann dieselben Wörter: Vergleichen Sie sie mit denen, die Sie vom Betreiber des Servers haben. Von da an kennt Ihr Gerät diesen Server.",
    fullIdentifier: "Ganze Kennung",
    lifehash: "LifeHash des Servers",
    nameAt: "{name}, unter {host}",
    nameless: "Ein Server",
    clockAhead:
      "Die Uhr dieses Geräts geht gegenüber der des Servers {difference} vor. Geht Ihre Wallet nach derselben Uhr, so stellen Sie sie zuerst: Der Server weist Anfragen aus der Zukunft ab.",
    clockBehind:
      "Die Uhr dieses Geräts geht gegenüber der des Servers {difference} nach. Geht Ihre Wallet nach derselben Uhr, so stellen Sie sie zuerst: Der Server weist zu alte Anfragen ab.",
  },

  request: {
    title: "Anfrage scannen",
    how: "Machen Sie auf Ihrem Gerät eine Anfrage. Halten Sie deren QR-Code in die Kamera; bewegt er sich, dann so lange, bis alles gelesen ist.",
    neverASeed:
      "Zeigen Sie nie einen Seed, Wiederherstellungswörter oder einen privaten Schlüssel, weder dieser noch irgendeiner anderen Seite.",
    send: "An den Server senden",
    another: "Andere scannen",
    sending: "Wird gesendet …",
    sent: "Gesendet. Die Antwort steht unten.",
    sentTitle: "Ihre Anfrage ist gesendet",
    sealedTitle: "Ihre Anfrage ist gelesen und versiegelt. Jetzt: senden",
    sealed:
      "{size}. Nur der Server, für den sie versiegelt ist, kann sie öffnen. Darum kann diese Seite nicht zeigen, was sie verlangt.",
    plainTitle: "Anfrage gelesen: {function}",
    plain: "{size}, nicht versiegelt: Wer sie unterwegs sieht, kann sie lesen.",
    notSealed: "Nicht versiegelt: Wer sie sieht, kann sie lesen, und den Share darin.",
    tooLarge:
      "Die Anfrage hat {size}. Dieser Server nimmt höchstens {limit}. Verlangen Sie weniger auf einmal.",
    answerTitle: "Das ist eine Antwort",
    answer: "Sie ist für Ihr Gerät. Der Server nimmt Anfragen.",
    envelopeTitle: "Das ist keine Anfrage",
    envelope: "Es ist ein Umschlag, aber er verlangt vom Server nichts.",
    malformedTitle: "Das kann keine Anfrage sein",
    malformed: "Der Code ließ sich gut lesen, aber was er enthält, ist kein Umschlag.",
    notTaken:
      "Nicht angenommen: Eine Nachricht ist schon gelesen. Drücken Sie zuerst „Andere scannen“ und legen Sie sie dann noch einmal ab.",
    unreachable:
      "Der Server ist nicht zu erreichen. Ihre Anfrage ist noch da: Prüfen Sie das Netz und senden Sie sie noch einmal. Nichts geschieht doppelt.",
    notTheServer:
      "An der Stelle des Servers hat etwas anderes geantwortet. Oft ist es die Anmeldeseite eines WLANs oder ein Proxy: Melden Sie sich an, prüfen Sie die Adresse dieser Seite und senden Sie noch einmal.",
  },

  functions: {
    storeShare: "Einen Share aufbewahren",
    retrieveShares: "Die aufbewahrten Shares zurückgeben",
    getShares: "Die aufbewahrten Shares zurückgeben",
    auditShares: "Beweisen, dass die aufbewahrten Shares noch da sind",
    deleteShares: "Shares löschen",
    updateFallback: "Den Notfallkontakt setzen",
    updateRecovery: "Den Notfallkontakt setzen",
    retrieveFallback: "Den Notfallkontakt nennen",
    getRecovery: "Den Notfallkontakt nennen",
    fallbackTransfer: "Das Konto auf einen neuen Schlüssel übertragen",
    startRecovery: "Das Konto auf einen neuen Schlüssel übertragen",
    verifyFallback: "Mit einem Code bestätigen",
    finishRecovery: "Die Übertragung auf einen neuen Schlüssel abschließen",
    updatePublicKey: "Den Schlüssel des Kontos wechseln",
    updateXIDDocument: "Den Schlüssel des Kontos wechseln",
    deleteAccount: "Das Konto mit allen Shares löschen",
  },

  answer: {
    title: "Antwort mitnehmen",
    none: "Hier erscheint die Antwort des Servers, als QR-Code für Ihr Gerät.",
    startOver: "Mein Gerät hat sie: von vorn beginnen",
    sure: "Hat Ihr Gerät die Antwort?",
    sureText:
      "Wenn Sie von vorn beginnen, vergisst diese Seite sie. Brauchen Sie sie noch einmal, so senden Sie dieselbe Anfrage noch einmal: Sie bekommen dieselbe Antwort.",
    sureYes: "Ja, von vorn beginnen",
    sureNo: "Nein, Antwort behalten",
    notTaken:
      "Nicht angenommen: Die Antwort ist noch da. Scannen Sie sie, beginnen Sie von vorn, und legen Sie es dann noch einmal ab.",
    sealedTitle: "Die Antwort ist da. Ihr Gerät sagt, ob es geklappt hat",
    sealed: "Sie ist für Sie versiegelt: Nur Ihr Gerät kann sie öffnen. Scannen Sie sie jetzt.",
    doneTitle: "Der Server hat es getan",
    done: "Scannen Sie die Antwort: Ihr Gerät prüft die Unterschrift.",
    refusedTitle: "Der Server hat es nicht getan",
    refused: "Der Server sagt: {text}.",
    noReason: "Der Server hat keinen Grund genannt.",
    datedAhead: "Nach der Uhr des Servers liegt das Datum der Anfrage {difference} in der Zukunft.",
    datedAgo: "Nach der Uhr des Servers ist die Anfrage {difference} alt.",
    code: "Fehlercode: {code}",
    forgedTitle: "Diese Antwort ist nicht vom Server oben unterschrieben",
    forged: "Trauen Sie ihr nicht. Prüfen Sie die Adresse dieser Seite und das Netz.",
  },

  advice: {
    malformed:
      "Ein Teil der Nachricht ging unterwegs verloren oder wurde verändert. Scannen Sie sie noch einmal.",
    "too-complex": "Der Server nimmt keine Anfragen aus so vielen Stücken. Verlangen Sie weniger auf einmal.",
    "too-many-parts": "Senden Sie die Anfrage in weniger und größeren Teilen.",
    "too-large": "Der Server nimmt keine so großen Anfragen.",
    "rate-limited":
      "Warten Sie so lange, wie er sagt, sonst eine Minute, und senden Sie dann dieselbe Anfrage noch einmal.",
    unavailable:
      "Der Speicher des Servers ist ausgefallen. Ihre Anfrage ist nicht verloren: Senden Sie sie später noch einmal.",
    "unknown-recipient":
      "Diese Anfrage ist für einen anderen Server versiegelt, oder für Schlüssel, die dieser ersetzt hat. Vergleichen Sie Bild und Wörter oben mit denen auf Ihrem Gerät. Sind sie gleich, so zeigen Sie Ihrem Gerät den Server noch einmal und machen eine neue Anfrage.",
    "wrong-recipient":
      "Diese Anfrage ist für einen anderen Server. Vergleichen Sie Bild und Wörter oben mit denen auf Ihrem Gerät.",
    "missing-recipient": "Die Anfrage muss diesen Server nennen. Zeigen Sie Ihrem Gerät zuerst den Server.",
    expired: "Die Anfrage ist zu alt. Prüfen Sie die Uhr Ihres Geräts und machen Sie eine neue.",
    "from-the-future":
      "Das Datum der Anfrage liegt in der Zukunft. Prüfen Sie die Uhr Ihres Geräts und machen Sie eine neue.",
    "id-reused": "Ihr Gerät hat die ID dieser Anfrage schon verwendet. Machen Sie eine neue Anfrage.",
    "unknown-account": "Dieser Server hat kein Konto für den Schlüssel, der die Anfrage unterschrieben hat.",
    "unknown-function":
      "Dieser Server kennt nicht, was die Anfrage verlangt. Vielleicht ist Ihr Gerät neuer als er.",
    "bad-signature": "Die Unterschrift passt nicht zur Anfrage. Machen Sie eine neue.",
    internal:
      "Im Server ging etwas schief. Ihre Anfrage ist nicht verloren: Senden Sie sie später noch einmal.",
  },

  reader: {
    camera: "Mit der Kamera scannen",
    pasteText: "Text einfügen",
    chooseFile: "Datei wählen",
    drop: "Bilder, Text oder eine Textdatei können Sie auch irgendwo auf dieser Seite ablegen.",
    textLabel: "Text, der mit ur:envelope/ beginnt, in einer oder mehreren Zeilen",
    useText: "Diesen Text verwenden",
    video: "Was die Kamera sieht",
    progress: "Bisher gelesen",
    forget: "Gelesenes vergessen",
    stopCamera: "Kamera anhalten",
    light: "Licht",
    whichCamera: "Kamera",
    cameraNumber: "Kamera {number}",
    count: "{known} von {total} Teilen bekannt. Gelesene Codes: {codes}",
    waiting: "Warten auf die Kamera …",
    looking: "Suche nach einem QR-Code …",
    stopped:
      "Die Kamera ist aus. Was gelesen ist, bleibt: Machen Sie weiter mit der Kamera, mit Text oder mit Dateien.",
    nothing:
      "Noch kein QR-Code zu sehen. Füllen Sie das Bild mit ihm: etwa eine Handbreit entfernt, gerade, hell, ohne Spiegelungen.",
    ended:
      "Die Kamera wurde abgezogen oder ausgeschaltet. Öffnen Sie sie noch einmal; was gelesen ist, bleibt.",
    stuck:
      "Eine Weile nichts Neues. Halten Sie still, gehen Sie etwas näher heran, und sehen Sie nach, ob sich der Code bewegt.",
    unclear:
      "Ein QR-Code ist zu sehen, aber was er enthält, ist beschädigt. Halten Sie still und gerade; hilft das nicht, zeigen Sie ihn neu.",
    damaged:
      "Dieser Text ist beschädigt: Etwas fehlt oder ist verändert. Kopieren Sie ihn noch einmal, ganz.",
    several: "Das sind zwei verschiedene Nachrichten. Nehmen Sie erst die eine, dann die andere.",
    tooLarge: "Diese Nachricht ist zu groß für QR-Codes. Nehmen Sie stattdessen eine Datei.",
    notAUr: "Das ist keine Nachricht für einen Share-Server. Zeigen Sie den QR-Code der Anfrage.",
    noCode: "In diesem Bild ist kein QR-Code, der sich lesen lässt. Versuchen Sie es mit einem schärferen.",
    noPicture:
      "Diese Datei ist kein Bild, das dieser Browser öffnen kann. Speichern Sie es als PNG oder JPEG.",
    formatUnknown:
      "Das ist ein Bild im Format {format}, das dieser Browser nicht öffnen kann. Speichern Sie es als PNG oder JPEG.",
    otherType:
      "Das ist eine andere Art von Nachricht ({type}), keine Anfrage. Zeigen Sie den QR-Code der Anfrage.",
    missing: "Einige Teile fehlen. Fügen Sie die anderen hinzu.",
    missingOrDamaged: "Einige Teile fehlen oder sind beschädigt. Kopieren Sie sie noch einmal, jeden ganz.",
    begun: "Wird gelesen. Halten Sie ihn dort.",
    quarter: "Ein Viertel ist gelesen. Halten Sie ihn dort.",
    half: "Die Hälfte ist gelesen. Halten Sie ihn dort.",
    threeQuarters: "Drei Viertel sind gelesen. Halten Sie ihn dort.",
  },

  cameraTrouble: {
    notAllowed:
      "Die Kamera ist hier nicht erlaubt. Erlauben Sie sie in den Einstellungen des Browsers für diese Seite, oft hinter dem Zeichen neben der Adresse, und versuchen Sie es noch einmal. Oder fügen Sie den Text ein, oder wählen Sie ein Bild.",
    notFound: "Dieses Gerät hat keine Kamera. Fügen Sie den Text ein, oder wählen Sie ein Bild.",
    inUse: "Ein anderes Programm benutzt die Kamera. Schließen Sie es und versuchen Sie es noch einmal.",
    insecure:
      "Der Browser gibt die Kamera nur Seiten mit sicherer Verbindung (https). Fügen Sie den Text ein, oder wählen Sie ein Bild.",
    noPicture: "Die Kamera gibt kein Bild. Versuchen Sie es mit einer anderen.",
    other: "Die Kamera ließ sich nicht öffnen. Versuchen Sie es noch einmal, oder fügen Sie den Text ein.",
  },

  secrets: {
    title: "Halt: Das ist {secret}.",
    advice:
      "Zeigen Sie das nie einer Seite und niemandem sonst. Es wurde nicht gesendet, und diese Seite hat es nicht behalten. Zeigen Sie den QR-Code der Anfrage.",
    kinds: {
      seed: "ein Seed",
      "seed-share": "ein Share eines Seeds",
      "recovery-words": "eine Folge von Wieder\u00adherstellungs\u00adwörtern",
      key: "ein Schlüssel",
      "private-key": "ein privater Schlüssel",
      "private-keys": "ein Satz privater Schlüssel",
      "private-key-in-hex": "ein privater Schlüssel in Hex",
      "secret-key": "ein geheimer Schlüssel",
      "hex-key": "ein Schlüssel oder Seed in Hex",
      "wallet-private-key": "der private Schlüssel einer Wallet",
      "wallet-keys": "ein Satz Schlüssel einer Wallet",
      descriptor: "der Deskriptor einer Wallet",
    },
  },

  player: {
    code: "QR-Code",
    movingCode: "Bewegter QR-Code",
    pause: "Anhalten",
    play: "Abspielen",
    enlarge: "Ganzer Bildschirm",
    copy: "Text kopieren",
    save: "Datei speichern",
    copied: "Kopiert.",
    notCopied: "Dieser Browser lässt die Seite nicht kopieren. Speichern Sie es als Datei.",
    trouble: "Ihr Gerät kann ihn nicht lesen?",
    advice:
      "Stellen Sie diesen Bildschirm heller. Füllen Sie das Bild der anderen Kamera mit dem Code. Langsamer und mit größeren Quadraten liest es sich leichter.",
    speed: "Tempo: Codes in der Sekunde",
    squares: "Quadrate",
    large: "Groß: mehr Codes",
    medium: "Mittel",
    small: "Klein: weniger Codes",
    enlarged: "QR-Code auf dem ganzen Bildschirm",
    close: "Schließen",
    tooLarge: "{size} sind zu viel für QR-Codes. Kopieren Sie den Text, oder speichern Sie ihn als Datei.",
    running: "{number} Teile, einer nach dem anderen, immer wieder",
    paused: "{number} Teile. Angehalten: „Abspielen“ zeigt sie alle",
    pausedForLessMotion:
      "{number} Teile. Angehalten, weil Ihr Gerät um weniger Bewegung bittet: „Abspielen“ zeigt sie alle",
  },

  about: {
    title: "Was diese Seite sehen kann und was nicht",
    keys: "Ihre Schlüssel bleiben auf Ihrem Gerät. Dort werden Anfragen unterschrieben und Antworten geöffnet.",
    sealed:
      "Eine versiegelte Nachricht kann nur ihr Empfänger lesen, weder diese Seite noch sonst jemand unterwegs.",
    alone:
      "Die Seite spricht nur mit diesem Server und behält nichts: Was Sie gescannt haben, ist fort, wenn Sie sie schließen.",
    pictures: "Bilder der Kamera verlassen diesen Browser nie.",
  },
};
