const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** A length of time as people of the page's language say it; the display is one of Intl's for units. */
export function inWords(seconds, display = "long") {
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? units.at(-1);
  const whole = Math.max(1, Math.round(seconds / size));
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: display }).format(whole);
}
