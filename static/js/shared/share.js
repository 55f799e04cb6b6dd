/** Sending something on: by the phone's own sheet, else its link into the clipboard, else through a field by hand. */

/** @param {{title: string, text: string, url: string, files?: File[]}} what @returns {Promise<boolean>} copied */
export async function sendOn({ title, text, url, files = [] }) {
  try {
    if (typeof navigator.share === "function") {
      const withFiles = files.length > 0 && typeof navigator.canShare === "function" && navigator.canShare({ files });
      await navigator.share(withFiles ? { title, text: `${text} ${url}`, files } : { title, text, url });
      return false;
    }
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(url);
      return true;
    }
  } catch {
    return false; // the sheet was closed again, or the clipboard is forbidden
  }
  return byHand(url);
}

/** Plain http has no clipboard. @param {string} url */
function byHand(url) {
  const field = document.createElement("textarea");
  field.value = url;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
