// Tells what is found while one types. Without this script it is told when the form is saved.
const form = document.querySelector("#claim");
const state = document.querySelector("#state");
const told = document.querySelector("#told");
const WAIT = 350;
let waiting = 0;
let running = null;
// Of a new claim only what was touched is told yet: everything else is still missing, as one knows.
const touched = form?.hasAttribute("data-new") ? new Set() : null;

if (form) {
  form.addEventListener("input", (event) => {
    touched?.add(event.target.name);
    clearTimeout(waiting);
    waiting = setTimeout(check, WAIT);
  });
  for (const place of form.querySelectorAll("[data-found] p.wrong")) mark(place.parentElement.dataset.found, true);
}

async function check() {
  running?.abort();
  const mine = (running = new AbortController());
  told.classList.add("stale");
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: mine.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    form.dataset.checked = Number(form.dataset.checked ?? 0) + 1;
  } catch (error) {
    if (error.name !== "AbortError") state.textContent = "What is found cannot be told now; saving the form tells it.";
  }
}

function show(found) {
  for (const place of form.querySelectorAll("[data-found]")) place.replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const wrong = found.findings.filter((each) => each.refuses);
  for (const each of found.findings) {
    if (touched && each.refuses && !touched.has(each.input)) continue;
    const place = form.querySelector(`[data-found="${CSS.escape(each.input)}"]`) ?? form.querySelector('[data-found=""]');
    place.append(tell(each));
    if (each.refuses) mark(each.input);
  }
  const elsewhere = found.elsewhere ? ` ${count(found.elsewhere)} to mend in other claims.` : "";
  state.textContent = (wrong.length ? `${count(wrong.length)} to mend in this claim.` : "This claim is in order.") + elsewhere;
  told.classList.remove("stale");
  told.replaceChildren(...(found.sentence ? [sentence(found.sentence), lines(found.lines)] : []));
  document.querySelector("#case-file").textContent = found.case;
}

function count(number) {
  return number === 1 ? "1 thing" : `${number} things`;
}

function mark(name) {
  const field = form.elements[name];
  if (field instanceof HTMLElement) field.setAttribute("aria-invalid", "true");
}

function tell(each) {
  const sign = made("span", each.refuses ? "✕" : "!", "sign");
  sign.setAttribute("aria-hidden", "true");
  const line = made("p", "", each.refuses ? "wrong" : "look");
  line.append(sign, ` ${each.reason}.`);
  if (each.remedy) line.append(" ", made("span", `${capital(each.remedy)}.`.replace("..", ".").replace("?.", "?"), "remedy"));
  return line;
}

function sentence(words) {
  const line = made("p", "", "sentence-so-far");
  line.append(made("bdi", words));
  return line;
}

function lines(all) {
  const list = made("ul", "", "plain lines");
  for (const each of all) {
    const item = made("li", "");
    item.append(made("bdi", each));
    list.append(item);
  }
  return list;
}

function made(name, text, kind = "") {
  const node = document.createElement(name);
  node.textContent = text;
  if (kind) node.className = kind;
  return node;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
