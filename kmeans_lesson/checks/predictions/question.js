// A question with a button for each choice, or a field for a number. Python answers in `state`.

const KEYS = ["Enter", " "]; // they press a button; JupyterLab would start to edit the cell
const ALONE = "data-lm-suppress-shortcuts"; // its shortcuts leave alone what has this attribute

function element(name, className, children = []) {
  const made = Object.assign(document.createElement(name), { className });
  made.append(...children);
  return made;
}

// What stands in backticks becomes code.
const marked = (text) =>
  text.split("`").map((part, i) => (i % 2 ? element("code", "", [part]) : part));

function buttons(choices, give) {
  return Object.entries(choices).map(([letter, text]) => {
    const made = element("button", "jupyter-button", [element("b", "", [letter]), " ",
      element("span", "", marked(text))]);
    return Object.assign(made, { type: "button", value: letter, onclick: () => give(letter) });
  });
}

function field(give) {
  const input = Object.assign(element("input", ""), { inputMode: "decimal", autocomplete: "off", size: 10 });
  input.setAttribute(ALONE, "true"); // digits are commands to a notebook
  const send = () => { if (input.value.trim()) give(input.value); };
  input.onkeydown = ({ key }) => { if (key === "Enter") send(); };
  const button = Object.assign(element("button", "jupyter-button", ["Predict"]), { type: "button", onclick: send });
  return element("div", "kmeans-number", [element("label", "", ["your number ", input]), button]);
}

// A key that presses a button is none for the notebook around it. Notebook 7 listens before the
// button does.
function keepKeys(buttons) {
  const before = ({ key, target, shiftKey, ctrlKey }) => {
    if (!KEYS.includes(key) || shiftKey || ctrlKey || !buttons.includes(target)) return;
    target.setAttribute(ALONE, "true");
    setTimeout(() => target.removeAttribute(ALONE));
  };
  window.addEventListener("keydown", before, true);
  return () => window.removeEventListener("keydown", before, true);
}

function render({ model, el }) {
  const press = (choice) =>
    choices.forEach((button) => button.setAttribute("aria-pressed", button.value === choice));
  const give = (given) => {
    press(given); // at once, also while the kernel is busy
    model.set("given", given);
    model.save_changes();
  };
  const legend = element("legend", "", [element("b", "", ["Predict: "]), ...marked(model.get("question"))]);
  const choices = buttons(model.get("choices"), give);
  const message = element("p", "");
  message.setAttribute("role", "status");
  const root = element("fieldset", "kmeans-question",
    [legend, ...(choices.length ? choices : [field(give)]), message]);
  const receive = () => {
    const { choice = "", right = "", message: text = "" } = model.get("state"); // which may come later
    press(choice);
    choices.forEach((button) => button.classList.toggle("kmeans-right", button.value === right));
    message.replaceChildren(...marked(text));
  };
  receive();
  model.on("change:state", receive);
  el.append(root);
  const release = keepKeys([...root.querySelectorAll("button")]);
  return () => {
    model.off("change:state", receive);
    release();
  };
}

export default { render };
