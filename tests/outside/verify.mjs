// Other people's software reads our certificates: node verify.mjs JOB.json
//
// JOB.json says what the reader was given (the issuer's did.json and jwks.json, documents by
// address, a folder of contexts, the time) and the cases to judge. The answer is one line of JSON:
// for each case whether it was accepted, and why not. Nothing is fetched: what was not given is
// refused. This is also the example of docs on how to check a certificate with other tools.

import {readFileSync} from 'node:fs';
import {webcrypto} from 'node:crypto';
import {join} from 'node:path';

globalThis.crypto ??= webcrypto; // node 18 has it under another name

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const vc = await import('@digitalbazaar/vc');
const {checkStatus, decodeList} = await import('@digitalbazaar/vc-bitstring-status-list');
const {default: Ajv2019} = await import('ajv/dist/2019.js');
const {default: addFormats} = await import('ajv-formats');
const {createLocalJWKSet, jwtVerify} = await import('jose');

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// The contexts of an Open Badges 3.0 credential and of a status list, in their order. A signature
// covers what the words of a credential mean, so another context may lend them another meaning.
const KNOWN_CONTEXTS = [
  ['https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
  ['https://www.w3.org/ns/credentials/v2'],
];
const FILES = {
  'https://www.w3.org/ns/credentials/v2': 'credentials-v2.jsonld',
  'https://w3id.org/security/data-integrity/v2': 'data-integrity-v2.jsonld',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'open-badges-context-3.0.3.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json': 'open-badges-extensions.json',
};
const fromFolder = name => JSON.parse(readFileSync(join(job.contexts, name), 'utf8'));
const given = new Map(Object.entries(FILES).map(([url, name]) => [url, fromFolder(name)]));
for(const [url, document] of Object.entries(job.documents ?? {})) {
  given.set(url, document);
}
given.set(job.did.id, job.did);
for(const method of job.did.verificationMethod) {
  given.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
}

async function documentLoader(url) {
  const document = given.get(url);
  if(document === undefined) {
    throw new Error(`Not given, and nothing is fetched: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
}

const suite = () => new DataIntegrityProof({cryptosuite});
const reasonOf = error => {
  const first = [error].flat()[0];
  const inner = first?.errors ?? first?.cause;
  return `${first?.name ?? 'Error'}: ${first?.message ?? first}` +
    (inner ? ` (${reasonOf(inner)})` : '');
};
const now = one => one.now ?? job.now;

async function judgeCredential(one) {
  let isRevoked = false;
  const result = await vc.verifyCredential({
    credential: one.document,
    suite: suite(),
    documentLoader,
    now: now(one),
    checkStatus: async options => {
      const status = await checkStatus({...options, suite: suite()});
      isRevoked = status.results?.some(each => each.status) ?? false;
      return status;
    },
  });
  // What the library leaves to whoever relies on it: was it taken back, and whose words are these?
  const contexts = JSON.stringify(one.document?.['@context']);
  const isKnown = KNOWN_CONTEXTS.some(known => JSON.stringify(known) === contexts);
  const isIssuer = (one.document?.issuer?.id ?? one.document?.issuer) === job.did.id;
  const why = !result.verified ? reasonOf(result.error ?? result.statusResult?.error) :
    isRevoked ? 'revoked' : !isKnown ? 'unknown contexts' : !isIssuer ? 'another issuer' : '';
  return {accepted: why === '', signature: result.verified, revoked: isRevoked, why};
}

async function judgeList(one) {
  const {accepted, why} = await judgeCredential(one);
  const {credentialSubject: subject} = one.document;
  const list = await decodeList({encodedList: subject.encodedList});
  const set = [];
  for(let index = 0; index < list.length; index++) {
    if(list.getStatus(index)) {
      set.push(index);
    }
  }
  return {accepted, why, length: list.length, purpose: subject.statusPurpose, set};
}

const keySet = createLocalJWKSet(job.jwks);
async function judgeToken(one) {
  // The algorithm, the kind and the issuer are the reader's choice, never the token's.
  const {payload} = await jwtVerify(one.token, keySet, {
    algorithms: ['RS256'], typ: 'JWT', issuer: job.did.id, currentDate: new Date(now(one)),
  });
  return {accepted: true, why: '', payload};
}

const ajv = new Ajv2019({allErrors: true, strict: false});
addFormats(ajv);
let schema;
async function judgeShape(one) {
  schema ??= ajv.compile(fromFolder('open-badges-achievementcredential-schema.json'));
  const accepted = schema(one.document);
  return {accepted, why: accepted ? '' : ajv.errorsText(schema.errors)};
}

const JUDGES = {
  credential: judgeCredential, list: judgeList, token: judgeToken, shape: judgeShape,
};
const answers = [];
for(const one of job.cases) {
  try {
    answers.push(await JUDGES[one.kind](one));
  } catch(error) {
    answers.push({accepted: false, why: reasonOf(error)});
  }
}
process.stdout.write(JSON.stringify(answers) + '\n');
