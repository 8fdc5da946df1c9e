{{- /*
Who may talk to whom: the one table every NetworkPolicy is made from, egress of the one end and ingress of the other.

A row is {from, to, ports}. An end is a component (pods of this release, which gets a policy of its own) or an outside
party, described by `aeterna.flows.peers`. No ports: all of them, between the pods of one component alone.
Operators bundled with the release are no components: the API server calls them, from addresses nobody can select.
*/}}

{{- /* root -> {component: {labels: pod labels, ports: [what its clients dial]}}, present ones only */}}
{{- define "aeterna.flows.components" -}}
server:
  labels:
    {{- include "aeterna.labels.selector" (list . "server") | nindent 4 }}
  ports: [8080]
{{- if .Values.migration.enabled }}
migration:
  labels:
    {{- include "aeterna.labels.selector" (list . "migration") | nindent 4 }}
{{- end }}
{{- include "aeterna.catalogue" . }}
{{- if .Catalogue.made }}
credentials:
  labels:
    {{- include "aeterna.labels.selector" (list . "credentials") | nindent 4 }}
{{- end }}
{{- if .Values.tests.enabled }}
test:
  labels:
    {{- include "aeterna.labels.selector" (list . "test") | nindent 4 }}
{{- end }}
{{- if .Values.postgresql.enabled }}
postgresql:
  labels:
    cnpg.io/cluster: {{ include "aeterna.names.cluster" . }}
  ports: [5432]
{{- end }}
{{- range $chart, $ports := dict "dragonfly" (list 6379) "valkey" (list 6379) "qdrant" (list 6333 6334) }}
{{- $switch := ternary (get $.Values.vectorBackend $chart) (get $.Values.cache $chart) (eq $chart "qdrant") }}
{{- if $switch.enabled }}
{{ $chart }}:
  labels:
    app.kubernetes.io/name: {{ dig "nameOverride" "" (get $.Values $chart) | default $chart | quote }}
    app.kubernetes.io/instance: {{ $.Release.Name | quote }}
  ports: {{ toJson $ports }}
{{- end }}
{{- end }}
{{- if .Values.vectorBackend.weaviate.enabled }}
weaviate:
  labels: {app: weaviate}
  ports: [8080, 50051]
{{- end }}
{{- if .Values.vectorBackend.mongodb.enabled }}
mongodb:
  labels:
    app.kubernetes.io/instance: {{ include "aeterna.names.subchart" (list . "psmdb-db" 21) | quote }}
    app.kubernetes.io/managed-by: percona-server-mongodb-operator
  ports: [27017]
{{- end }}
{{- end -}}

{{- /* root -> the rows of the table */}}
{{- define "aeterna.flows.table" -}}
{{- $policy := .Values.security.networkPolicy -}}
{{- $components := include "aeterna.flows.components" . | fromYaml -}}
{{- $stores := omit $components "server" "migration" "test" "credentials" -}}
# callers
{{- if .Values.ingress.enabled }}
- {from: ingressController, to: server, ports: [8080]}
{{- end }}
{{- if $policy.clients }}
- {from: clients, to: server, ports: [8080]}
{{- end }}
{{- if .Values.observability.serviceMonitor.enabled }}
- {from: monitoring, to: server, ports: [9090]}
{{- end }}
{{- if hasKey $components "test" }}
- {from: test, to: server, ports: [8080, 9090]}
{{- end }}
# the Job that makes credentials talks to the API server alone, by the address in its environment
{{- if hasKey $components "credentials" }}
- {from: credentials, to: kubernetesApi, ports: {{ toJson $policy.kubernetesApi.ports }}}
{{- end }}
# names
{{- range $component := omit $components "credentials" | keys | sortAlpha }}
- {from: {{ $component }}, to: dns, ports: [53]}
{{- end }}
# stores: the server uses all of them, the migration the database alone; replicas of one store find each other
{{- range $component, $description := $stores }}
- {from: server, to: {{ $component }}, ports: {{ toJson $description.ports }}}
- {from: {{ $component }}, to: {{ $component }}, ports: []}
{{- end }}
{{- if and (hasKey $components "migration") (hasKey $components "postgresql") }}
- {from: migration, to: postgresql, ports: [5432]}
{{- end }}
# outside
{{- with include "aeterna.flows.externalPorts" . | fromJsonArray }}
- {from: server, to: external, ports: {{ toJson . }}}
{{- end }}
{{- if and (hasKey $components "migration") (not .Values.postgresql.enabled) }}
- {from: migration, to: external, ports: [{{ .Values.postgresql.external.port }}]}
{{- end }}
{{- if $policy.https.enabled }}
- {from: server, to: https, ports: [443]}
{{- end }}
{{- if .Values.aeterna.tokenReview }}
- {from: server, to: kubernetesApi, ports: {{ toJson $policy.kubernetesApi.ports }}}
{{- end }}
{{- if .Values.postgresql.enabled }}
# CloudNativePG: the instances report to the API server, the operator asks their status and their database
- {from: postgresql, to: kubernetesApi, ports: {{ toJson $policy.kubernetesApi.ports }}}
- {from: postgresqlOperator, to: postgresql, ports: [5432, 8000]}
{{- if .Values.postgresql.backup.enabled }}
- {from: postgresql, to: external, ports: [{{ include "aeterna.flows.port" .Values.postgresql.backup.destination.endpoint | default 443 }}]}
{{- if .Values.postgresql.backup.credentials.inherit }}
- {from: postgresql, to: cloudIdentity, ports: {{ toJson $policy.cloudIdentity.ports }}}
{{- end }}
{{- end }}
{{- if .Values.observability.serviceMonitor.enabled }}
- {from: monitoring, to: postgresql, ports: [9187]}
{{- end }}
{{- end }}
{{- if hasKey $components "mongodb" }}
- {from: mongodbOperator, to: mongodb, ports: [27017]}
{{- end }}
{{- end -}}

{{- /* (list root rows component own-end other-end) -> the rules of one direction of the component's policy, or [] */}}
{{- define "aeterna.flows.rules" -}}
{{- $root := index . 0 -}}
{{- $own := index . 3 -}}
{{- $other := index . 4 -}}
{{- $rules := list -}}
{{- range index . 1 -}}
{{- if eq (get . $own) (index $ 2) -}}
{{- $peers := include "aeterna.flows.peers" (list $root (get . $other)) | fromYamlArray -}}
{{- $ports := list -}}
{{- range .ports -}}
{{- $ports = append $ports (dict "port" (int .) "protocol" "TCP") -}}
{{- if eq (int .) 53 -}}{{- $ports = append $ports (dict "port" 53 "protocol" "UDP") -}}{{- end -}}
{{- end -}}
{{- $rule := dict $other $peers -}}
{{- if $ports -}}{{- $_ := set $rule "ports" $ports -}}{{- end -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{- end -}}
{{- toYaml $rules -}}
{{- end -}}

{{- /*
root -> ports of the external services the server is told of: in its variables, or in a connection string. One that lies
in a Secret of the user cannot be read here: its usual port is taken. Managed services are reached by `https`.
*/}}
{{- define "aeterna.flows.externalPorts" -}}
{{- $ports := .Values.security.networkPolicy.external.ports -}}
{{- include "aeterna.environment" (list . "server") -}}
{{- range $part, $made := .Catalogue.environments.server -}}
{{- $kind := get (get $.Catalogue.parts $part) "kind" -}}
{{- if ne $kind "bundled" -}}
{{- range $variable, $text := $made.plain -}}
{{- $port := hasSuffix "_PORT" $variable | ternary $text (include "aeterna.flows.port" $text) -}}
{{- if and $port (not (and (eq $kind "managed") (eq $port "443"))) -}}{{- $ports = append $ports (int $port) -}}{{- end -}}
{{- end -}}
{{- with get $.Catalogue.refs (print $part "/uri") -}}
{{- $text := dig .name .key "mongodb://" $.Catalogue.own -}}
{{- $ports = append $ports (include "aeterna.flows.port" $text | int) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{- /* URL or git remote -> its port, given or usual; nothing for other text */}}
{{- define "aeterna.flows.port" -}}
{{- $text := toString . -}}
{{- $usual := dict "http" 80 "https" 443 "ssh" 22 "git" 9418 "mongodb" 27017 "mongodb+srv" 27017 -}}
{{- $parts := regexFindAll "^([a-z][a-z0-9+.-]*)://" $text 1 -}}
{{- if $parts -}}
{{- $scheme := first $parts | trimSuffix "://" -}}
{{- $authority := regexReplaceAll "^[a-z0-9+.-]+://([^/?#]*).*$" $text "${1}" -}}
{{- with regexFind ":[0-9]+$" $authority -}}
{{- trimPrefix ":" . -}}
{{- else -}}
{{- get $usual $scheme -}}
{{- end -}}
{{- else if regexMatch "^[^/@ ]+@[^/: ]+:" $text -}}
22
{{- end -}}
{{- end -}}

{{- /* (list root party) -> the peers (`from` or `to` entries) of an end of a row */}}
{{- define "aeterna.flows.peers" -}}
{{- $root := index . 0 -}}
{{- $party := index . 1 -}}
{{- $policy := $root.Values.security.networkPolicy -}}
{{- $component := get (include "aeterna.flows.components" $root | fromYaml) $party -}}
{{- if $component -}}
- podSelector:
    matchLabels:
      {{- toYaml $component.labels | nindent 6 }}
{{- else if eq $party "clients" -}}
{{ toYaml $policy.clients }}
{{- else if eq $party "dns" -}}
{{ include "aeterna.flows.selected" $policy.dns }}
{{ include "aeterna.flows.blocks" $policy.dns.blocks }}
{{- else if has $party (list "kubernetesApi" "https" "cloudIdentity") -}}
{{ include "aeterna.flows.blocks" (get $policy $party).blocks }}
{{- else if eq $party "external" -}}
# in this cluster or outside: what an address block means for pods is the network plugin's own choice
- namespaceSelector: {}
{{ include "aeterna.flows.blocks" $policy.external.blocks }}
{{- else -}}
{{ include "aeterna.flows.selected" (get $policy $party) }}
{{- end -}}
{{- end -}}

{{- /* {namespaceSelector, podSelector} (labels) -> one peer */}}
{{- define "aeterna.flows.selected" -}}
- namespaceSelector:
    matchLabels: {{ toJson .namespaceSelector }}
  podSelector:
    matchLabels: {{ toJson .podSelector }}
{{- end -}}

{{- /* address blocks -> peers */}}
{{- define "aeterna.flows.blocks" -}}
{{- range $i, $block := . -}}
{{- if $i }}
{{ end -}}
- ipBlock: {{ toJson $block }}
{{- end -}}
{{- end -}}
