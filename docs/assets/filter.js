// A filter above the behaviours of the fidelity page. Without JavaScript, all are shown.
const behaviours = [...document.querySelectorAll("details.behaviour")];
if (behaviours.length) {
  const label = document.createElement("label");
  label.className = "behaviour-filter";
  const input = Object.assign(document.createElement("input"), { type: "search", placeholder: "upload, 71013620, assumed …" });
  const count = Object.assign(document.createElement("output"), { value: `${behaviours.length} behaviours` });
  label.append("Filter ", input, " ", count);
  document.querySelector("h2").before(label);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const behaviour of behaviours) {
      const text = behaviour.textContent.toLowerCase();
      behaviour.hidden = !words.every((word) => text.includes(word));
      shown += behaviour.hidden ? 0 : 1;
    }
    count.value = `${shown} of ${behaviours.length} behaviours`;
  });
}
// A link to a behaviour opens it.
const open = () => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.setAttribute("open", "");
addEventListener("hashchange", open);
open();
