// Takes pictures in: dropped anywhere, pasted, or chosen.

export function install({ drop, pick, file }, take) {
  let depth = 0;
  const over = (change) => {
    depth = Math.max(0, depth + change);
    drop.classList.toggle("over", depth > 0);
  };
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

  document.addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) over(1);
  });
  document.addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) over(-1);
  });
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    over(-depth);
    takeFirst(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    takeFirst(event.clipboardData.files);
  });
  pick.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    takeFirst(file.files);
    // The same file can be chosen again.
    file.value = "";
  });

  function takeFirst(files) {
    if (files.length) take(files[0]);
  }
}
