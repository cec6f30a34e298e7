#!/usr/bin/env bash
# Runs a job with curl: submits it, uploads its file, polls until it has ended, and prints its records.
# Arguments: the base URL, the id and the secret of an OAuth client, and options of curl.
set -euo pipefail
base=$1 id=$2 secret=$3
options=("${@:4}")

ask() { curl --silent --show-error --fail "${options[@]}" "$@"; }
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

token=$(ask "$base/oauth/token" -d "client_id=$id" -d "client_secret=$secret" -d grant_type=client_credentials | field access_token)
auth="Authorization: Bearer $token"
job=$(ask "$base/objects/jobs" -H "$auth" -H "Content-Type: application/json" \
  -d '{"operation": "create", "namespace": "default", "object": "vehicle"}' | field Id)
printf 'brand__c\nVolvo\nSaab\n' |
  ask "$base/objects/jobs/$job/files" -H "$auth" -H "Content-Type: text/csv" --data-binary @- >/dev/null
until [[ $(ask "$base/objects/jobs/$job" -H "$auth" | field status) == completed ]]; do :; done
ask "$base/objects/records/default/vehicle" -H "$auth"
