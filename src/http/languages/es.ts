import type { Texts } from "./en.ts";

export const es: Texts = {
  subject: "Cuenta de partes {account}, contacto {contact}.",
  notAsked: "Si usted no lo pidió, cierre esta página. Nada cambiará.",
  transfer: {
    title: "¿Pasar sus partes a una clave nueva?",
    happens: "Después, solo la clave nueva podrá leer las partes. La clave actual ya no podrá.",
    key: "La clave nueva es {key}. Si su monedero muestra otra, lo pide otra persona: cierre esta página.",
    button: "Pasar la cuenta a la clave nueva",
  },
  validation: {
    title: "¿Usar este contacto para sus partes?",
    happens: "Si pierde su clave, con este contacto se podrá pasar la cuenta a una clave nueva.",
    button: "Confirmar este contacto",
  },
  done: {
    title: "Confirmado",
    contact: "La cuenta de partes {account} tiene ahora este contacto. Puede cerrar esta página.",
    moved: "La cuenta de partes {account} es ahora de la clave nueva. Puede volver a su monedero.",
    moves: "La cuenta de partes {account} pasará a la clave nueva: {time}. Puede volver a su monedero.",
  },
  failed: {
    title: "Sin confirmar",
    "fallback-in-use": "Otra cuenta ya confirmó este contacto. Nada ha cambiado.",
    "key-in-use":
      "La clave nueva ya es de otra cuenta. Empiece de nuevo en su monedero, con otra clave. Nada ha cambiado.",
  },
  unknown: {
    title: "Nada que confirmar",
    text: "Este enlace no está completo, o ya no se conoce. Ábralo de nuevo desde el mensaje, entero, o pida otro desde su monedero.",
  },
  closed: {
    title: "Este enlace está cerrado",
    text: "Ya se usó, o caducó, o uno más nuevo lo sustituyó.",
    advice:
      "Si ya pulsó el botón, no queda nada por hacer y puede cerrar esta página. Si no, pida otro enlace desde su monedero.",
  },
  unavailable: {
    title: "Ahora no",
    text: "El servidor no llega a su base de datos. Abra el enlace de nuevo dentro de un minuto. Si había pulsado el botón, la página dirá si funcionó.",
  },
  broken: {
    title: "Algo falló",
    text: "Es un error del servidor. Abra el enlace de nuevo más tarde. Quien administra el servidor encuentra la causa por el nombre de la petición, {request}.",
  },
};
