# Makes the credentials that were not given: bash -c SCRIPT make-credentials 'SECRET KEY=MAKER...'...
#
# It reads each Secret and adds the keys that are missing. A key that is there is never changed. The resource version
# keeps two runs at a time apart: the later one is refused, and looks again.
set -uo pipefail
umask 077

account=${SERVICE_ACCOUNT_FOLDER:-/var/run/secrets/kubernetes.io/serviceaccount}
host=$KUBERNETES_SERVICE_HOST
case $host in *:*) host="[$host]" ;; esac
secrets="https://$host:$KUBERNETES_SERVICE_PORT/api/v1/namespaces/$NAMESPACE/secrets"

# api METHOD URL CONTENT-TYPE: the request's body comes from stdin, as neither it nor the token may stand in arguments.
# Sets `status` and `answer`.
api() {
  answer=$(curl --silent --show-error --max-time 30 --cacert "$account/ca.crt" \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$account/token")") \
    --header 'Accept: application/yaml' --header "Content-Type: $3" \
    --request "$1" --data-binary @- --write-out '\n%{http_code}' "$2") || exit 1
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
}

make() {
  case $1 in
    kms-key) head -c 32 /dev/urandom | base64 --wrap=0 ;;
    token) head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n' ;;
    *) echo "make-credentials: no maker is called $1" >&2; return 1 ;;
  esac
}

refused() {
  # The answer to a failed request is a Status, which quotes no credential
  echo "make-credentials: Secret $1: the API server answered $status: $(grep '^message:' <<<"$answer")" >&2
  exit 1
}

# once SECRET KEY=MAKER..., in a subshell: 0 when the Secret has every key, 75 when another run was faster, else 1
once() {
  local secret=$1 data='' version='' found='' pair key value
  shift
  api GET "$secrets/$secret" application/json </dev/null
  case $status in
    200)
      found=$(sed -n '/^data:$/,/^[^ ]/p' <<<"$answer")
      version=$(sed -n '/^metadata:$/,/^[^ ]/s/^  resourceVersion: "\(.*\)"$/\1/p' <<<"$answer")
      ;;
    404) ;;
    *) refused "$secret" ;;
  esac
  for pair in "$@"; do
    key=${pair%%=*}
    grep -q "^  ${key//./\\.}: [^\"]" <<<"$found" && continue
    value=$(make "${pair#*=}") && [ -n "$value" ] || exit 1
    data+="${data:+,}\"$key\":\"$value\""
    echo "make-credentials: Secret $secret: makes $key"
  done
  if [ -z "$data" ]; then
    echo "make-credentials: Secret $secret: has every key"
    return
  fi
  if [ -n "$version" ]; then
    api PATCH "$secrets/$secret" application/merge-patch+json \
      <<<"{\"metadata\":{\"resourceVersion\":\"$version\"},\"stringData\":{$data}}"
  else
    api POST "$secrets" application/json <<<"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"type\":\"Opaque\",\"metadata\":{
      \"name\":\"$secret\",\"labels\":{\"app.kubernetes.io/part-of\":\"aeterna\"},
      \"annotations\":{\"argocd.argoproj.io/sync-options\":\"Prune=false\"}},\"stringData\":{$data}}"
  fi
  case $status in
    200 | 201) ;;
    409) exit 75 ;;
    *) refused "$secret" ;;
  esac
}

for wanted in "$@"; do
  read -ra words <<<"$wanted"
  for attempt in 1 2 3 4 5; do
    code=0
    (once "${words[@]}") || code=$?
    [ "$code" -eq 75 ] || break
    sleep "$attempt"
  done
  [ "$code" -eq 0 ] || exit "$code"
done
