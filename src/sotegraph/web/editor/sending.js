// A query that fits into an address is asked by that address: it can be kept, shared and gone back to.
const ROOM = 200;

export function sendByAddress(form, longest) {
  form.addEventListener("submit", (event) => {
    const sent = new FormData(form);
    if (sent.get("format") !== "html") return;
    const target = new URL(form.action);
    for (const [name, value] of sent) {
      if (value && name !== "format") target.searchParams.append(name, value);
    }
    if (target.pathname.length + target.search.length > longest - ROOM) return;
    event.preventDefault();
    if (target.pathname + target.search === location.pathname + location.search) {
      // The same question again: an address that differs in its fragment alone would not be asked for.
      location.hash = target.hash;
      location.reload();
    } else {
      location.assign(target);
    }
  });
}
