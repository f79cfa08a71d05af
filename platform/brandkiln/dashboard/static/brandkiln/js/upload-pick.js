// Files as people bring them: chosen one by one, as a folder, or dropped as a mixture of both.
const UNASKED = /(^|\/)(\.[^/]*|thumbs\.db|desktop\.ini|__macosx)(\/|$)/i;

export function chosen(input) {
  return [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(isWanted);
}

export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name })).filter(isWanted);
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found.filter(isWanted);
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  const some = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  for (let entries = await some(); entries.length; entries = await some())
    for (const inside of entries) await walk(inside, found);
}

// Programs add hidden files to folders unasked; a hidden file that was chosen by itself is meant.
function isWanted({ file, path }) {
  return !(path.includes("/") && UNASKED.test(path)) && file !== null;
}
