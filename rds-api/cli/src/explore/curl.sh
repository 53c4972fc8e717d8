# {{operation}} by curl, signed by openssl when it runs (ACS3-HMAC-SHA256). The key and what else is secret are read
# from the environment. While it signs, whoever is logged in to this machine can see the secret among the processes.
set -eu
: {{needed}}
encode() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'; }
sha256() { openssl dgst -sha256 -r "$@" | cut -d ' ' -f 1; }

body="{{body}}"
hash=$(printf %s "$body" | sha256)
date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
nonce=$(openssl rand -hex 16)
token=${ALIBABA_CLOUD_SECURITY_TOKEN-}
signed="content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;${token:+x-acs-security-token;}x-acs-signature-nonce;x-acs-version"
canonical="POST
/

content-type:application/x-www-form-urlencoded
host:{{host}}
x-acs-action:{{operation}}
x-acs-content-sha256:$hash
x-acs-date:$date
${token:+x-acs-security-token:$token
}x-acs-signature-nonce:$nonce
x-acs-version:{{version}}

$signed
$hash"
signature=$(printf 'ACS3-HMAC-SHA256\n%s' "$(printf %s "$canonical" | sha256)" | sha256 -hmac "$ALIBABA_CLOUD_ACCESS_KEY_SECRET")

printf %s "$body" | curl --silent --show-error '{{endpoint}}/' --data-binary @- \
    --header 'content-type: application/x-www-form-urlencoded' \
    --header 'x-acs-action: {{operation}}' \
    --header 'x-acs-version: {{version}}' \
    --header "x-acs-content-sha256: $hash" \
    --header "x-acs-date: $date" \
    ${token:+--header "x-acs-security-token: $token"} \
    --header "x-acs-signature-nonce: $nonce" \
    --header "Authorization: ACS3-HMAC-SHA256 Credential=$ALIBABA_CLOUD_ACCESS_KEY_ID,SignedHeaders=$signed,Signature=$signature"
