// Parts that are needed rarely, fetched when they are first needed: a module script that hands in what it has.
// (An import() in the midst of code is newer than the oldest browser that this page serves.)
const asked = {};
const handedIn = {};

/** Called by such a part, once it runs. */
export function provide(name, parts) {
  handedIn[name] = parts;
}

/** The part of that name (NAME.js beside this file); a failed fetch is tried again at the next call. */
export function later(name) {
  asked[name] = asked[name] || new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = `/static/chat/${name}.js`;
    script.onload = () => resolve(handedIn[name]);
    script.onerror = () => {
      asked[name] = null;
      script.remove();
      reject(new Error(name));
    };
    document.head.append(script);
  });
  return asked[name];
}
