// Shows the result of a choice at once and keeps the focus where it is. Without this script the form's button does it.
const main = document.querySelector("#found");
let running = null;

if (main) {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form.facets");
    if (form && (event.target.type === "checkbox" || event.target.tagName === "SELECT")) show(addressOf(form), event.target.id);
  });
  addEventListener("popstate", () => location.reload());
}

function addressOf(form) {
  const given = [...new FormData(form)].filter(([name, value]) => value && !(name === "order" && value === "happened"));
  const query = new URLSearchParams(given).toString();
  return form.action + (query && `?${query}`);
}

async function show(address, focused) {
  running?.abort();
  const mine = (running = new AbortController());
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    if (!answer.ok) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = document.querySelector("#narrow").open;
    const value = document.getElementById(focused)?.value;
    const name = document.getElementById(focused)?.name;
    main.replaceChildren(...page.querySelector("#found").childNodes);
    document.querySelector("form.search").replaceWith(page.querySelector("form.search"));
    document.querySelector("#narrow").open = open;
    history.pushState(null, "", address);
    const again = [...document.querySelectorAll("form.facets [name]")];
    (again.find((each) => each.name === name && (each.value === value || each.tagName === "SELECT")) ?? main).focus();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    if (running === mine) main.removeAttribute("aria-busy");
  }
}
