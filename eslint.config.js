import js from "@eslint/js";
import globals from "globals";

const rules = {
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" }],
  "max-lines": ["error", 300],
  // Names and questions are typed by strangers: markup is made by templates that escape, never from strings.
  "no-restricted-syntax": [
    "error",
    {
      selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]",
      message: "Render with lit-html or textContent; markup from strings lets a nickname run code.",
    },
    {
      selector: "CallExpression[callee.property.name='insertAdjacentHTML']",
      message: "Render with lit-html or textContent; markup from strings lets a nickname run code.",
    },
  ],
};

export default [
  { ignores: ["static/dist/", "static/.dist-new/", "node_modules/", ".venv/", "var/", ".bench/"] },
  js.configs.recommended,
  { rules },
  { files: ["static/js/**/*.js", "tests/js/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    files: ["tools/**/*.mjs", "tests/**/*.{js,mjs}", "bench/**/*.{js,mjs}", "*.js"],
    languageOptions: { globals: globals.node },
  },
  // Handed to a page by the journeys: they run in the browser.
  { files: ["tests/browser/**/*.js"], languageOptions: { globals: globals.browser } },
];
