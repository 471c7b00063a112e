"""A notes API that verifies JWT access tokens (RFC 9068) with the keys that the issuer publishes."""

import json
import os
import time
from typing import Annotated
from urllib.request import urlopen

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPBearer, HTTPAuthorizationCredentials

ISSUER = os.environ.get("ISSUER", "http://localhost:3000")
RESOURCE = os.environ.get("RESOURCE", "http://localhost:4100")

app = FastAPI()
bearer = HTTPBearer(auto_error=False)
notes: dict[str, list[str]] = {}


class Keys:
    """Found at the first request, so that the issuer may be started later; read again for a key that is new."""

    client: jwt.PyJWKClient | None = None

    def of(self, token: str) -> jwt.PyJWK:
        if self.client is None:
            with urlopen(f"{ISSUER}/.well-known/openid-configuration", timeout=5) as answer:
                metadata = json.load(answer)
            if metadata["issuer"] != ISSUER:
                raise OSError(f"ISSUER is {ISSUER}, but discovery says {metadata['issuer']}")
            self.client = jwt.PyJWKClient(metadata["jwks_uri"], timeout=5)
        return self.client.get_signing_key_from_jwt(token)


keys = Keys()


def refuse(status: int, error: str | None = None, **more: str) -> HTTPException:
    """RFC 6750 section 3: the reason stands in WWW-Authenticate."""
    fields = ({"error": error} if error else {}) | more
    words = ", ".join(f'{name}="{value}"' for name, value in fields.items())
    return HTTPException(status, headers={"WWW-Authenticate": f"Bearer {words}".strip()})


def verify(token: str) -> dict:
    key = keys.of(token)
    # RFC 9068 section 4: no ID token passes for an access token.
    if jwt.get_unverified_header(token).get("typ", "").lower().removeprefix("application/") != "at+jwt":
        raise jwt.InvalidTokenError("it is no access token")
    claims = jwt.decode(
        token,
        key,
        algorithms=["ES256", "RS256", "PS256", "EdDSA"],
        issuer=ISSUER,
        audience=RESOURCE,
        leeway=5,
        options={"require": ["sub", "client_id", "exp", "iat", "jti"]},
    )
    # RFC 9449 section 7.1: bound to a key, it is no bearer token.
    if "cnf" in claims:
        raise jwt.InvalidTokenError("it is bound to a key")
    return claims


def authorize(*, scope: str | None = None, role: str | None = None):
    """A dependency: the claims of a token that has the scope, and whose person or service has the role."""

    def claims_of(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> dict:
        if sent is None:
            raise refuse(401)
        try:
            claims = verify(sent.credentials)
        except jwt.PyJWKClientConnectionError as error:
            raise HTTPException(503, headers={"Retry-After": "5"}) from error
        except jwt.PyJWTError as error:
            raise refuse(401, "invalid_token") from error
        except OSError as error:
            raise HTTPException(503, headers={"Retry-After": "5"}) from error
        if scope is not None and scope not in claims.get("scope", "").split(" "):
            raise refuse(403, "insufficient_scope", scope=scope)
        roles = claims.get("roles", [])
        if role is not None and not (isinstance(roles, list) and role in roles):
            raise refuse(403, "insufficient_scope")
        return claims

    return claims_of


@app.get("/notes")
def list_notes(claims: Annotated[dict, Depends(authorize(scope="notes:read"))]) -> dict:
    return {"notes": notes.get(claims["sub"], [])}


@app.post("/notes", status_code=201)
async def add_note(request: Request, claims: Annotated[dict, Depends(authorize(scope="notes:write"))]) -> dict:
    if int(request.headers.get("content-length", "1001")) > 1000:
        raise HTTPException(413)
    text = (await request.body()).decode("utf-8", "replace")
    notes.setdefault(claims["sub"], []).append(f"{time.strftime('%H:%M')} {text}")
    return {"notes": notes[claims["sub"]]}


@app.get("/people")
def count(claims: Annotated[dict, Depends(authorize(role="admin"))]) -> dict:
    return {"people": len(notes)}
