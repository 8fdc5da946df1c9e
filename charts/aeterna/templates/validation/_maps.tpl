{{- /*
Maps that templates look into. A null in a values file takes one away, its defaults too, and a template would stop at it
in words that help nobody; so this is asked before anything else.
*/}}

{{- /* root -> one problem a line */}}
{{- define "aeterna.validation.maps" -}}
{{- $needed := list
  "global" "aeterna" "migration" "vectorBackend" "cache" "postgresql" "llm" "opal" "service" "serviceAccount" "ingress"
  "autoscaling" "podDisruptionBudget" "observability" "security" "secrets" "operators" "tests"
  "qdrant" "weaviate" "weaviate.service" "dragonfly" "valkey"
  "aeterna.image" "aeterna.features" "aeterna.resources" "aeterna.knowledgeRepo" "aeterna.probes"
  "cache.external" "postgresql.image" "postgresql.storage" "postgresql.pgvector" "postgresql.backup" "postgresql.external"
  "observability.serviceMonitor" "observability.tracing" "security.networkPolicy" "secrets.externalSecrets"
  "operators.cloudnativePg" "operators.perconaMongodb"
  "aeterna.knowledgeRepo.persistence" "aeterna.probes.startup" "aeterna.probes.liveness" "aeterna.probes.readiness"
  "cache.external.tls" "secrets.externalSecrets.keys" "security.networkPolicy.ingressController"
  "security.networkPolicy.monitoring" "security.networkPolicy.dns" "security.networkPolicy.https"
  "security.networkPolicy.external" "security.networkPolicy.kubernetesApi" "security.networkPolicy.cloudIdentity"
  "security.networkPolicy.postgresqlOperator" "security.networkPolicy.mongodbOperator"
-}}
{{- include "aeterna.catalogue.file" . -}}
{{- range .Catalogue.file.axes -}}
{{- range .choices -}}
{{- with get .values "switch" -}}{{- $needed = append $needed (splitList "." . | initial | join ".") -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- range $path := uniq $needed -}}
{{- $keys := splitList "." $path -}}
{{- $parent := $.Values -}}
{{- range initial $keys -}}{{- $parent = get (kindIs "map" $parent | ternary $parent dict) . -}}{{- end -}}
{{- if kindIs "map" $parent -}}
{{- if not (kindIs "map" (get $parent (last $keys))) }}
AET108 | {{ $path }} | is null, which takes its defaults away too | take that line out
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
