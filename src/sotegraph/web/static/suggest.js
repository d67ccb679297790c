// Offers names while somebody types in a search field. Without this script the field works all the same.
"use strict";

const WAIT_MS = 120;
const LEAST = 2;

function enhance(field, number) {
  const list = document.createElement("datalist");
  list.id = `suggestions-${number}`;
  const told = document.createElement("span");
  told.className = "hidden";
  told.setAttribute("role", "status");
  field.after(list, told);
  field.setAttribute("list", list.id);
  let waiting, asking, last = "";

  async function ask() {
    const text = field.value.trim();
    if (text === last) return;
    last = text;
    asking?.abort();
    if (text.length < LEAST) {
      list.replaceChildren();
      told.textContent = "";
      return;
    }
    asking = new AbortController();
    const address = new URL(field.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    address.searchParams.set("lang", document.documentElement.lang);
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return;
      const [, names, kinds] = await answer.json();
      list.replaceChildren(...names.map((name, place) => {
        const option = document.createElement("option");
        option.value = name;
        if (kinds[place]) option.label = `${name} – ${kinds[place]}`;
        return option;
      }));
      told.textContent = names.length ? (field.dataset.told || "{count}").replace("{count}", names.length) : "";
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  });
}

document.querySelectorAll("input[data-suggest]").forEach(enhance);
