"""What a reader of the OpenAPI document has to know that no single operation says."""

INTRODUCTION = """\
What a member does in its rooms. Hidden is answered like absent, for every path.

## Credentials and roles

A token goes into `Authorization`: Bearer with the token, or Basic with its user and the token. `GET /me` says whose it
is and which roles it has; an operation that takes a role names it (`x-role`), and without it the answer is 403. A
member's keeper makes tokens, desks and components itself.

## Requests and answers

A request names nothing twice and nothing unknown: 400 says in `faults` all that is wrong with it, each with its path.
Instants are RFC 3339. Lists in a query are repeated (`kinds=report&kinds=malware`). Bodies are JSON; the body of a
contribution is the file itself, as it is, of whatever media type. No body has a content coding. A page's `next`, sent
with the same other parameters, is the page after it; null: there is none. Nothing is redirected.

Every failure is a problem document (RFC 9457). 429 and 503 bear `Retry-After`.

## From a draft to a shared object

1. A keeper of one party, of the room's host at first, drafts an agreement (schema `AgreementFile`) and records it:
   `POST /rooms/{room}/agreements`.
2. A keeper of each party reads it (`GET /agreements/{agreement}`) and asks for it to sign
   (`GET /agreements/{agreement}/versions/1/statement`), signs, and records:
   `POST /statements/agreements`. Once all have signed it is in force.
3. A contributor asks who would see an object (`POST /rooms/{room}/contributions?dry_run=true`), and contributes it.
   Where the member asks for release acts (`PUT /posting`), it waits for a releaser: `/rooms/{room}/waiting`.
4. Others read it (`/items`, `/search`, `/stream`), and anybody concerned asks why:
   `GET /items/{id}/explanations`.

## Signing

No private key travels. What is to be signed is prepared here (an answer of the schema `Prepared`), signed where the
key is, and sent back under `/statements`. A key is an Ed25519 key (RFC 8032); its name, the `keyid`, is `sha256:` and
the SHA-256 of the 32 raw bytes of its public half, in lower-case hexadecimal. Signed is the pre-authentication
encoding of DSSE over the decoded `payload`, which for a payload of 7 bytes and a type of 3 is

    DSSEv1 3 a/b 7 {"a":1}

that is: `DSSEv1`, the length of `payloadType` in bytes, `payloadType`, the length of the payload in bytes, and the
payload, with one space between each two. Base64 of the 64 bytes goes into `signatures`, as
`{"keyid": ..., "sig": ...}`; the rest of the envelope stays as it is. In Python:

    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    signed = key.sign(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload))
    name = "sha256:" + hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    envelope["signatures"].append({"keyid": name, "sig": base64.b64encode(signed).decode()})

Look into the payload before you sign: it is JSON, and says everything that the signature is under.
"""
