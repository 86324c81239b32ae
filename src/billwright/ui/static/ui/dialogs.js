// A drawer is a <dialog> that the server sent into #drawer; other dialogs stand in the page and are opened by id.

import { on, one } from "./dom.js";
import { raiseToasts, say, words } from "./toasts.js";

let opener = null;
let returnTo = "";

export function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  // A drawer that comes back with errors replaces itself: the one who opened it first stays the opener.
  if (document.activeElement !== document.body) opener = document.activeElement;
  dialog.showModal();
  const field = ".drawer-body :is(input, select, textarea):not([type=hidden])";
  (one("[aria-invalid=true]", dialog) ?? one("[autofocus]", dialog) ?? one(field, dialog))?.focus();
  dialog.dataset.before = contents(dialog);
  dialog.addEventListener("close", () => afterClose(dialog), { once: true });
  raiseToasts();
}

function afterClose(dialog) {
  if (dialog.parentElement?.id === "drawer") dialog.remove();
  delete dialog.dataset.warned;
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

function contents(dialog) {
  const form = one("form", dialog);
  return form ? new URLSearchParams(new FormData(form)).toString() : "";
}

// Leaving typed work asks once, in words.
export function mayLeave(dialog) {
  if (dialog.dataset.before === contents(dialog) || dialog.dataset.warned) return true;
  dialog.dataset.warned = "";
  say(words().unsaved, "warn");
  return false;
}

const markOf = (element) =>
  ["id", "data-key", "href"].filter((name) => element?.getAttribute(name))
    .map((name) => `[${name}="${CSS.escape(element.getAttribute(name))}"]`)[0] ?? "";

on("cancel", (event) => { if (!mayLeave(event.target)) event.preventDefault(); }, true);

// After an act the server sends the page again: close, and come back to the same control in its new body.
on("desk:done", () => {
  returnTo = markOf(opener);
  one("dialog[open]")?.close();
});

on("htmx:afterSettle", () => {
  if (returnTo) one(returnTo)?.focus({ preventScroll: true });
  returnTo = "";
});

on("htmx:afterSwap", (event) => {
  if (event.target.id === "drawer") openDialog(one("#drawer dialog:not([open])"));
});
