// Passkeys: asks the server for a challenge, lets the device sign it, and sends the form with the answer.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const listed = (credentials) => (credentials || []).map((each) => ({ ...each, id: bytes(each.id) }));

function asBytes(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) publicKey.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) publicKey.allowCredentials = listed(options.allowCredentials);
  return { publicKey };
}

function asJson(credential) {
  const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = credential.response;
  const parts = { clientDataJSON, attestationObject, authenticatorData, signature, userHandle };
  const response = {};
  for (const [name, value] of Object.entries(parts)) if (value) response[name] = text(value);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function answer(form) {
  const body = new URLSearchParams({ form_token: form.elements.form_token.value });
  const asked = await fetch(form.dataset.options, { method: "POST", body, credentials: "same-origin" });
  if (!asked.ok || asked.redirected) throw new Error("refused");
  const options = asBytes(await asked.json());
  const making = form.dataset.passkey === "make";
  const credential = making ? await navigator.credentials.create(options) : await navigator.credentials.get(options);
  form.elements.credential.value = asJson(credential);
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const each of document.querySelectorAll("[data-without-script]")) each.hidden = true;
  for (const form of document.querySelectorAll("[data-passkey]")) {
    const button = form.querySelector("button");
    const problem = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      problem.hidden = true;
      try {
        await answer(form);
      } catch {
        problem.hidden = false;
        button.disabled = false;
        button.focus();
      }
    });
  }
}
