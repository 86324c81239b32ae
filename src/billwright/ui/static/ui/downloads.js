// A file that takes its time to be made: its button says so, and a refusal is read in a drawer instead of saved as a file.

import { on } from "./dom.js";
import { say, words } from "./toasts.js";

const KEPT_MS = 60000;

on("click", (event) => {
  const link = event.target.closest("a[download]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!link.hasAttribute("aria-busy")) take(link);
});

async function take(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    const told = answer.headers.get("Content-Disposition");
    if (told) save(await answer.blob(), nameIn(told));
    else await tell(answer);
  } catch {
    say(words().offline, "bad");
  } finally {
    link.removeAttribute("aria-busy");
  }
}

// Letters beyond ASCII come in a form of their own (RFC 6266).
function nameIn(told) {
  const [, plain, coded] = /filename(?:="([^"]+)"|\*=utf-8''([^;]+))/i.exec(told) ?? [];
  return plain ?? decodeURIComponent(coded ?? "");
}

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

async function tell(answer) {
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  const text = await answer.text();
  if (/^\s*<dialog/i.test(text)) return htmx.swap("#drawer", text, { swapStyle: "innerHTML" });
  return say(`${words().broken} ${answer.status} ${answer.headers.get("X-Request-ID") ?? ""}`, "bad");
}
