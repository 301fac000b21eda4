"""Opens sealed texts: reads a key and the texts as JSON from stdin, and prints the contents of those that open."""

import base64
import json
import sys

from joserfc import jwe
from joserfc.jwk import OctKey


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def authenticated_data(text: dict) -> bytes:
    """Each part as its length in UTF-16 code units, a colon and the part."""
    parts = ["tokenward", "1", text["namespace"], text["kind"], text["key"]]
    return "".join(f"{len(p.encode('utf-16-le')) // 2}:{p}" for p in parts).encode()


given = json.load(sys.stdin)
key = OctKey.import_key({name: given["key"][name] for name in ("kty", "k")})
opened = []
for text in given["texts"]:
    header, encrypted_key, iv, ciphertext, tag = text["text"].split(".")
    flattened = {
        "protected": header,
        "encrypted_key": encrypted_key,
        "iv": iv,
        "ciphertext": ciphertext,
        "tag": tag,
        "aad": base64url(authenticated_data(text)),
    }
    try:
        opened.append(jwe.decrypt_json(flattened, key, algorithms=["A256KW", "A256GCM"]).plaintext.decode())
    except Exception as error:  # noqa: BLE001
        print(f"{text['kind']} {text['key']}: {error!r}", file=sys.stderr)
json.dump(opened, sys.stdout)
