// Sends files one after the other with a meter each, then goes to the page of the job that reads them.
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

function line(uploader, file) {
  const box = uploader.querySelector("template").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-name]").textContent = file.name;
  box.querySelector("[data-size]").textContent = mebibytes(file.size);
  uploader.querySelector("[data-files]").append(box);
  return box;
}

function send(form, file, box) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("file", file);
  const meter = box.querySelector("progress");
  const says = box.querySelector("[data-says]");

  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      meter.max = event.total;
      meter.value = event.loaded;
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        answer = { message: `${request.status} ${request.statusText}` };
      }
      const went = request.status < 300;
      says.textContent = went ? form.dataset.received : answer.message;
      box.classList.toggle("text-iron", !went);
      resolve(went ? answer.address : null);
    });
    request.addEventListener("error", () => {
      says.textContent = form.dataset.broken;
      box.classList.add("text-iron");
      resolve(null);
    });
    request.send(body);
  });
}

async function sendAll(form, files) {
  let address = null;
  let failed = 0;
  for (const file of files) {
    const went = await send(form, file, line(form, file));
    if (went) address = went;
    else failed += 1;
  }
  if (address && !failed) location.assign(address);
}

export function prepare() {
  for (const form of document.querySelectorAll("[data-uploader]")) {
    const drop = form.querySelector(".drop");
    const input = form.querySelector("input[type=file]");
    form.querySelector("[data-plain]")?.remove();
    input.addEventListener("change", () => {
      sendAll(form, [...input.files]).then(() => (input.value = ""));
    });
    for (const name of ["dragenter", "dragover"])
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      sendAll(form, [...event.dataTransfer.files]);
    });
  }
}
