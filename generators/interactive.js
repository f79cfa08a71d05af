// Lets people read the values of a chart: with the pointer, with a finger, and with the arrow keys once it has the focus.
(() => {
  const said = document.createElement("p");
  said.className = "tip";
  said.setAttribute("role", "status");
  said.hidden = true;
  document.body.append(said);
  let shown = null;
  const hide = () => {
    shown?.removeAttribute("data-on");
    shown = null;
    said.hidden = true;
  };
  const show = (place) => {
    if (place === shown) return;
    hide();
    shown = place;
    place.setAttribute("data-on", "");
    said.textContent = place.getAttribute("data-tip");
    said.hidden = false;
    const box = place.getBoundingClientRect();
    const left = Math.min(box.left + box.width / 2, innerWidth - said.offsetWidth / 2 - 8);
    said.style.left = `${Math.max(left, said.offsetWidth / 2 + 8)}px`;
    said.style.top = `${Math.max(box.top, said.offsetHeight + 12)}px`;
  };
  for (const chart of document.querySelectorAll("figure svg")) {
    const places = [...chart.querySelectorAll("[data-tip]")];
    if (!places.length) continue;
    chart.setAttribute("tabindex", "0");
    chart.addEventListener("pointermove", (event) => {
      const place = event.target.closest("[data-tip]");
      place ? show(place) : hide();
    });
    chart.addEventListener("pointerdown", (event) => {
      const place = event.target.closest("[data-tip]");
      if (place) show(place);
    });
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("blur", hide);
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      const ends = { Home: 0, End: places.length - 1 }[event.key];
      if (step === undefined && ends === undefined) return;
      event.preventDefault();
      const now = places.indexOf(shown);
      const next = ends ?? (now < 0 ? (step > 0 ? 0 : places.length - 1) : now + step);
      show(places[Math.min(Math.max(next, 0), places.length - 1)]);
    });
  }
  addEventListener("scroll", hide, { passive: true });
})();
