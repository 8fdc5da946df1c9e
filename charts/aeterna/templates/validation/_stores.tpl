{{- /* Bundled and external stores: what they cannot do, and what would not reach the server. */}}
{{- define "aeterna.validation.stores" -}}
{{- $values := .root.Values -}}
{{- $urlSafe := "^[A-Za-z0-9._~-]+$" -}}
{{- $safe := "letters, digits and -._~ only, since the server puts it into a URL as it is" -}}
{{- if eq .catalogue.cache.choice "dragonfly" -}}
{{- $dragonfly := $values.dragonfly -}}
{{- if or (gt (int $values.cache.dragonfly.replicas) 1) (gt (int $dragonfly.replicaCount) 1) }}
AET301 | cache.dragonfly.replicas | is more than 1, but Dragonfly's pods share no data: callers would see another cache with every connection | set cache.dragonfly.replicas and dragonfly.replicaCount to 1
{{- end -}}
{{- $threads := 1 -}}
{{- range dig "extraArgs" list $dragonfly -}}
{{- if hasPrefix "--proactor_threads=" . -}}{{- $threads = trimPrefix "--proactor_threads=" . | int -}}{{- end -}}
{{- end -}}
{{- $limit := dig "resources" "limits" "memory" "" $dragonfly -}}
{{- if and $limit (lt (include "aeterna.validation.quantity" $limit | float64) (mulf $threads 335544320.0)) }}
AET302 | cache.dragonfly.resources.limits.memory | is {{ $limit }}, and Dragonfly does not start with less than 320Mi for each of its {{ $threads }} threads | raise it, in dragonfly.resources.limits.memory too, or lower --proactor_threads in dragonfly.extraArgs
{{- end -}}
{{- if dig "tls" "enabled" false $dragonfly }}
AET304 | dragonfly.tls.enabled | is true, but the server speaks no TLS to a cache | set it to false
{{- end -}}
{{- else if eq .catalogue.cache.choice "valkey" -}}
{{- $pods := dig "replica" "enabled" false $values.valkey | ternary (dig "replica" "replicas" 2 $values.valkey | int | add 1) 1 | int -}}
{{- if ne (int $values.cache.valkey.replicas) $pods }}
AET303 | cache.valkey.replicas | is {{ $values.cache.valkey.replicas }}, but the values of the subchart make {{ $pods }} | set valkey.replica.enabled to {{ gt (int $values.cache.valkey.replicas) 1 }}{{ if gt (int $values.cache.valkey.replicas) 1 }}, valkey.replica.replicas to {{ sub (int $values.cache.valkey.replicas) 1 }} and valkey.replica.persistence.size{{ end }}
{{- end -}}
{{- if dig "tls" "enabled" false $values.valkey }}
AET304 | valkey.tls.enabled | is true, but the server speaks no TLS to a cache | set it to false
{{- end -}}
{{- if and (dig "auth" "enabled" false $values.valkey) (not (dig "auth" "usersExistingSecret" "" $values.valkey)) }}
AET307 | valkey.auth.usersExistingSecret | is missing: the server can read the password only from a Secret | set it, and valkey.auth.aclUsers.default.passwordKey to the key inside
{{- end -}}
{{- else -}}
{{- if $values.cache.external.tls.enabled }}
AET304 | cache.external.tls.enabled | is true, but the server speaks no TLS to a cache | set it to false, and keep the way to the cache inside your network
{{- end -}}
{{- if and $values.cache.external.password (not (regexMatch $urlSafe $values.cache.external.password)) }}
AET305 | cache.external.password | has characters that do not survive in a URL | choose a password of {{ $safe }}
{{- end -}}
{{- end -}}
{{- if and (eq .catalogue.postgresql.choice "external") $values.postgresql.external.password (not (regexMatch $urlSafe $values.postgresql.external.password)) }}
AET306 | postgresql.external.password | has characters that do not survive in a URL | choose a password of {{ $safe }}
{{- end -}}
{{- if and (eq .catalogue.vectorBackend.choice "qdrant") (dig "apiKey" "" $values.qdrant) }}
AET308 | qdrant.apiKey | cannot be handed to the server, and stands in clear in an object of the subchart | set qdrant.env to QDRANT__SERVICE__API_KEY with valueFrom.secretKeyRef
{{- end -}}
{{- $weaviate := $values.vectorBackend.weaviate -}}
{{- if and (eq .catalogue.vectorBackend.choice "weaviate") $weaviate.existingSecret -}}
{{- if ne $weaviate.existingSecret $values.weaviate.envSecrets.AUTHENTICATION_APIKEY_ALLOWED_KEYS }}
AET309 | vectorBackend.weaviate.existingSecret | is another Secret than Weaviate reads | set weaviate.envSecrets.AUTHENTICATION_APIKEY_ALLOWED_KEYS to {{ $weaviate.existingSecret }}
{{- end -}}
{{- if ne $weaviate.existingSecretKey "AUTHENTICATION_APIKEY_ALLOWED_KEYS" }}
AET309 | vectorBackend.weaviate.existingSecretKey | is a key Weaviate does not read | set it to AUTHENTICATION_APIKEY_ALLOWED_KEYS, and call the key in the Secret so
{{- end -}}
{{- end -}}
{{- end -}}

{{- /*
Names that subcharts give themselves: some are too long for what is made from them (a StatefulSet's pods carry a label
of its name and eleven characters more, Valkey's init container is called NAME-init), and two may meet where a release
is called after a part.
*/}}
{{- define "aeterna.validation.names" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $parts := dict -}}
{{- if $values.vectorBackend.qdrant.enabled -}}{{- $_ := set $parts "qdrant" 52 -}}{{- end -}}
{{- if $values.cache.dragonfly.enabled -}}
{{- $_ := set $parts "dragonfly" (dig "storage" "enabled" false $values.dragonfly | ternary 52 63) -}}
{{- end -}}
{{- if $values.cache.valkey.enabled -}}{{- $_ := set $parts "valkey" (dig "replica" "enabled" false $values.valkey | ternary 52 58) -}}{{- end -}}
{{- $owners := dict (include "aeterna.names.full" $root) "the server" -}}
{{- if $values.vectorBackend.weaviate.enabled -}}{{- $_ := set $parts "weaviate" 52 -}}{{- end -}}
{{- range $part, $longest := $parts -}}
{{- $name := eq $part "weaviate" | ternary $values.weaviate.service.name (include "aeterna.names.subchart" (list $root $part)) -}}
{{- $override := eq $part "weaviate" | ternary "weaviate.service.name" (printf "%s.fullnameOverride" $part) -}}
{{- if gt (len $name) $longest }}
AET310 | {{ $override }} | is needed: the name {{ $name }} has {{ len $name }} characters, {{ $part }} can have {{ $longest }} | set {{ $override }} to a shorter name, or take a shorter release name
{{- else if regexMatch "^[^a-z]|\\." $name }}
AET311 | {{ $override }} | is needed: {{ $name }} is no valid name of a Service | set {{ $override }} to a name of lower-case letters, digits and dashes that starts with a letter
{{- end -}}
{{- if hasKey $owners $name }}
AET312 | {{ $override }} | is needed: {{ $part }} would be called {{ $name }}, as {{ get $owners $name }} is | set {{ $override }} to another name, or take another release name
{{- end -}}
{{- $_ := set $owners $name $part -}}
{{- end -}}
{{- if and $values.operators.cloudnativePg.install (dig "nameOverride" "" (index $values "cloudnative-pg")) }}
AET313 | cloudnative-pg.nameOverride | is set, but the operator finds itself by the name cloudnative-pg alone | remove it
{{- end -}}
{{- end -}}

{{- /* Backups of the bundled database. */}}
{{- define "aeterna.validation.backup" -}}
{{- with .root.Values.postgresql -}}
{{- if and .enabled .backup.enabled -}}
{{- $destination := .backup.destination -}}
{{- $credentials := .backup.credentials -}}
{{- if and (eq $destination.type "azure") (not $destination.storageAccount) (not (and $destination.endpoint $credentials.existingSecret)) }}
AET322 | postgresql.backup.destination.storageAccount | is missing: the address of an Azure container starts with it | set it
{{- end -}}
{{- $wanted := get (dict "s3" (list "accessKeyId" "secretAccessKey") "gcs" (list "applicationCredentials") "azure" (list "storageKey")) $destination.type -}}
{{- $plain := list -}}
{{- range list "accessKeyId" "secretAccessKey" "applicationCredentials" "storageKey" -}}
{{- if get $credentials . -}}{{- $plain = append $plain . -}}{{- end -}}
{{- end -}}
{{- range $wanted -}}
{{- if not (or $credentials.inherit $credentials.existingSecret (has . $plain)) }}
AET323 | postgresql.backup.credentials.{{ . }} | is missing: backups to {{ $destination.type }} need it | set postgresql.backup.credentials.existingSecret to a Secret that holds it, or .inherit to true for the identity of the pods
{{- end -}}
{{- end -}}
{{- if eq $.root.Values.secrets.provider "external-secrets" -}}
{{- range $plain }}
AET106 | postgresql.backup.credentials.{{ . }} | stands in the values, although secrets.provider is external-secrets | remove it and set postgresql.backup.credentials.existingSecret
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
