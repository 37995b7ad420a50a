// A provider of SAML, by samlify: PACKAGES PORT KEY CERTIFICATE. It signs in whoever `PUT /person` named,
// for the site whose metadata `PUT /site` gave, and prints `ready`.
import { createRequire } from "node:module"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { inflateRawSync } from "node:zlib"

const [packages, port, key, certificate] = process.argv.slice(2)
const samlify = createRequire(`${packages}/`)("samlify")
const here = `http://localhost:${port}` // another site than 127.0.0.1
const bindings = "urn:oasis:names:tc:SAML:2.0:bindings"
const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
let site, person, asked

samlify.setSchemaValidator({ validate: () => Promise.resolve("skipped") }) // Python's does it

function provider() {
  return samlify.IdentityProvider({
    entityID: `${here}/metadata`,
    signingCert: readFileSync(certificate),
    privateKey: readFileSync(key),
    wantAuthnRequestsSigned: true,
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
    isAssertionEncrypted: person?.encrypted ?? false,
    dataEncryptionAlgorithm: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    keyEncryptionAlgorithm: "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    nameIDFormat: [person?.format ?? persistent],
    singleSignOnService: [
      ...(person?.onlyPost ? [] : [{ Binding: `${bindings}:HTTP-Redirect`, Location: `${here}/sso` }]),
      { Binding: `${bindings}:HTTP-POST`, Location: `${here}/sso` },
    ],
    singleLogoutService: [{ Binding: `${bindings}:HTTP-Redirect`, Location: `${here}/slo` }],
    loginResponseTemplate: {
      context: samlify.SamlLib.defaultLoginResponseTemplate.context,
      attributes: Object.keys(person?.attributes ?? {}).map((name) => ({
        name,
        valueTag: name,
        nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
        valueXsiType: "xs:string",
      })),
    },
  })
}

// The part that samlify leaves to whoever uses it: values, and the statement of the session.
function filled(question) {
  const now = new Date()
  const end = new Date(now.getTime() + 300_000).toISOString()
  const site_ = site.entityMeta
  const address = site_.getAssertionConsumerService("post")
  const values = {
    ID: `_${crypto.randomUUID()}`,
    AssertionID: `_${crypto.randomUUID()}`,
    Destination: address,
    SubjectRecipient: address,
    Audience: site_.getEntityID(),
    Issuer: `${here}/metadata`,
    IssueInstant: now.toISOString(),
    StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
    ConditionsNotBefore: now.toISOString(),
    ConditionsNotOnOrAfter: end,
    SubjectConfirmationDataNotOnOrAfter: end,
    NameIDFormat: person.format ?? persistent,
    NameID: person.name,
    InResponseTo: question,
  }
  for (const [name, value] of Object.entries(person.attributes ?? {}))
    values[`attr${name[0].toUpperCase()}${name.slice(1)}`] = value
  const statement =
    `<saml:AuthnStatement AuthnInstant="${now.toISOString()}" SessionIndex="${person.session}">` +
    "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:" +
    "PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
  return (template) => ({
    id: values.ID,
    context: samlify.SamlLib.replaceTagsByValue(template.replace("{AuthnStatement}", statement), values),
  })
}

async function answer(request, url, body) {
  const query = Object.fromEntries(url.searchParams)
  const signed = url.search.slice(1).split("&Signature=")[0]
  switch (`${request.method} ${url.pathname}`) {
    case "PUT /site":
      site = samlify.ServiceProvider({ metadata: body, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true })
      return [204, ""]
    case "PUT /person":
      person = JSON.parse(body)
      return [204, ""]
    case "GET /metadata":
      return [200, provider().getMetadata(), "application/samlmetadata+xml"]
    case "GET /asked":
      return [200, asked]
    case "GET /sso":
    case "POST /sso": {
      const binding = request.method === "GET" ? "redirect" : "post"
      const sent = { query, octetString: signed, body: Object.fromEntries(new URLSearchParams(body)) }
      const { extract, samlContent } = await provider().parseLoginRequest(site, binding, sent)
      asked = samlContent
      const made = await provider().createLoginResponse(site, { extract }, "post", {}, filled(extract.request.id))
      const form =
        `<form method="post" action="${made.entityEndpoint}"><input type="hidden" name="SAMLResponse"` +
        ` value="${made.context}"><button>Continue</button></form>`
      return [200, `<!doctype html><title>Provider</title>${form}`, "text/html"]
    }
    case "GET /slo": {
      if (query.SAMLResponse) {
        await provider().parseLogoutResponse(site, "redirect", { query, octetString: signed })
        return [200, "signed out everywhere"]
      }
      const { extract } = await provider().parseLogoutRequest(site, "redirect", { query, octetString: signed })
      asked = inflateRawSync(Buffer.from(query.SAMLRequest, "base64")).toString()
      return [303, provider().createLogoutResponse(site, { extract }, "redirect").context]
    }
    case "GET /sign-out": {
      const user = { logoutNameID: person.name, sessionIndex: person.session }
      return [303, provider().createLogoutRequest(site, "redirect", user, { relayState: "theirs" }).context]
    }
  }
  return [404, ""]
}

createServer(async (request, response) => {
  const url = new URL(request.url, here)
  let body = ""
  for await (const part of request) body += part
  const [status, content, type] = await answer(request, url, body).catch((error) => [400, String(error)])
  response.writeHead(status, status === 303 ? { location: content } : { "content-type": type ?? "text/plain" })
  response.end(status === 303 ? "" : content)
}).listen(Number(port), "127.0.0.1", () => console.log("ready"))
