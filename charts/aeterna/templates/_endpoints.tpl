{{- /*
Where a bundled part is reached, as `aeterna.endpoint.<axis>.<choice>`: root -> YAML

  facts  names and ports its subchart or operator gives to what it makes
  refs   credentials in Secrets that somebody else makes
  store  where a credential of the choice must be kept for the bundled part to find it, if not in the release's own Secret
*/}}

{{- define "aeterna.endpoint.vectorBackend.qdrant" -}}
{{- $ports := dict "http" 6333 "grpc" 6334 -}}
{{- range dig "service" "ports" list .Values.qdrant -}}{{- $_ := set $ports .name .port -}}{{- end }}
facts:
  scheme: {{ dig "config" "service" "enable_tls" false .Values.qdrant | ternary "https" "http" }}
  host: {{ include "aeterna.names.subchart" (list . "qdrant") | quote }}
  port: {{ $ports.http | int | quote }}
  grpcPort: {{ $ports.grpc | int | quote }}
{{- range dig "env" list .Values.qdrant }}
{{- if eq .name "QDRANT__SERVICE__API_KEY" }}
{{- with dig "valueFrom" "secretKeyRef" dict . }}
refs:
  apiKey: {{ pick . "name" "key" | toJson }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "aeterna.endpoint.vectorBackend.weaviate" -}}
{{- $port := 80 -}}
{{- range dig "service" "ports" list .Values.weaviate -}}{{- if eq .name "http" -}}{{- $port = .port -}}{{- end -}}{{- end }}
facts:
  scheme: http
  host: {{ .Values.weaviate.service.name | quote }}
  port: {{ $port | int | quote }}
store:
  apiKey:
    name: {{ .Values.weaviate.envSecrets.AUTHENTICATION_APIKEY_ALLOWED_KEYS | quote }}
    key: AUTHENTICATION_APIKEY_ALLOWED_KEYS
{{- end -}}

{{- define "aeterna.endpoint.vectorBackend.mongodb-bundled" -}}
{{- $values := index .Values "psmdb-db" -}}
{{- $cluster := include "aeterna.names.subchart" (list . "psmdb-db" 21) -}}
{{- $users := dig "secrets" "users" (printf "%s-secrets" $cluster) $values -}}
facts:
  port: "27017"
{{- if $values.sharding.enabled }}
  host: {{ printf "%s-mongos" $cluster }}
{{- else }}
  host: {{ printf "%s-%s" $cluster $values.replsets.rs0.name }}
  replicaSet: {{ $values.replsets.rs0.name | quote }}
{{- end }}
refs:
  username: {name: {{ $users | quote }}, key: MONGODB_DATABASE_ADMIN_USER}
  password: {name: {{ $users | quote }}, key: MONGODB_DATABASE_ADMIN_PASSWORD}
{{- end -}}

{{- define "aeterna.endpoint.cache.dragonfly" -}}
facts:
  host: {{ include "aeterna.names.subchart" (list . "dragonfly") | quote }}
  port: {{ dig "service" "port" 6379 .Values.dragonfly | int | quote }}
{{- $password := dig "passwordFromSecret" dict .Values.dragonfly }}
{{- if get $password "enable" }}
refs:
  password:
    name: {{ tpl $password.existingSecret.name . | quote }}
    key: {{ $password.existingSecret.key | quote }}
{{- end }}
{{- end -}}

{{- define "aeterna.endpoint.cache.valkey" -}}
facts:
  host: {{ include "aeterna.names.subchart" (list . "valkey") | quote }}
  port: {{ dig "service" "port" 6379 .Values.valkey | int | quote }}
{{- $auth := dig "auth" dict .Values.valkey }}
{{- if and (get $auth "enabled") (get $auth "usersExistingSecret") }}
refs:
  password:
    name: {{ tpl $auth.usersExistingSecret . | quote }}
    key: {{ dig "aclUsers" "default" "passwordKey" "" $auth | default "default" | quote }}
{{- end }}
{{- end -}}

{{- define "aeterna.endpoint.postgresql.cloudnative-pg" -}}
{{- $cluster := include "aeterna.names.cluster" . -}}
facts:
  host: {{ printf "%s-rw" $cluster }}
  port: "5432"
  database: aeterna
  username: aeterna
refs:
  password: {name: {{ printf "%s-app" $cluster }}, key: password}
{{- end -}}
