{{- /* The server: replicas, keys, environment, disruption, ingress. */}}
{{- define "aeterna.validation.server" -}}
{{- $values := .root.Values -}}
{{- $server := $values.aeterna -}}
{{- $remote := $server.knowledgeRepo.url -}}
{{- if and (not $values.autoscaling.enabled) (gt (int $server.replicas) 1) (not $remote) }}
AET201 | aeterna.replicas | is {{ $server.replicas }}, but each pod would keep a knowledge of its own | set aeterna.knowledgeRepo.url to a git remote, or aeterna.replicas to 1
{{- end -}}
{{- if eq (int $values.service.port) (int $values.service.metricsPort) }}
AET214 | service.metricsPort | is {{ $values.service.port }}, which is service.port too: one Service cannot have both | give them different numbers
{{- end -}}
{{- if and $values.autoscaling.enabled (not $remote) }}
AET202 | autoscaling.enabled | is true, but each pod would keep a knowledge of its own | set aeterna.knowledgeRepo.url to a git remote, or autoscaling.enabled to false
{{- end -}}
{{- with $server.kmsKey -}}
{{- if not (regexMatch "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$" .) }}
AET203 | aeterna.kmsKey | is not base64 of 32 bytes, and the server would not start | make one with: openssl rand -base64 32
{{- end -}}
{{- end -}}
{{- $taken := dict -}}
{{- range .catalogue.environments.server -}}
{{- range $name, $text := .plain -}}{{- $_ := set $taken $name true -}}{{- end -}}
{{- range .entries -}}{{- $_ := set $taken .name true -}}{{- end -}}
{{- end -}}
{{- range $server.extraEnv -}}
{{- if hasKey $taken .name }}
AET204 | aeterna.extraEnv | sets {{ .name }}, which the chart or another entry sets already | remove it; docs/variables.md names the value it comes from
{{- end -}}
{{- $_ := set $taken .name true -}}
{{- end -}}
{{- if and (eq $server.mode "hybrid") (not $server.centralUrl) }}
AET205 | aeterna.centralUrl | is missing: aeterna.mode is hybrid | set it to the central server's address, or aeterna.mode to local
{{- else if and (ne $server.mode "hybrid") $server.centralUrl }}
AET205 | aeterna.centralUrl | is set, but aeterna.mode is {{ $server.mode }} | set aeterna.mode to hybrid, or remove it
{{- end -}}
{{- if regexMatch "^(https?://[^/@]*@|[^/]*://[^/@]*:[^/@]*@)" $remote }}
AET206 | aeterna.knowledgeRepo.url | carries a password or a token, which would stand in clear in a ConfigMap | remove everything between // and @
{{- end -}}
{{- if and $server.tokenReview (not $values.serviceAccount.create) (has $values.serviceAccount.name (list "" "default")) }}
AET215 | serviceAccount.name | is the namespace's default account, and aeterna.tokenReview would let each pod that uses it review tokens | set serviceAccount.create to true, or serviceAccount.name to an account for the server alone
{{- end -}}
{{- if and (eq $values.llm.provider "ollama") (hasSuffix "/v1" $values.llm.ollama.host) }}
AET216 | llm.ollama.host | ends in /v1, which the chart adds itself | remove /v1 from it
{{- end -}}
{{- range $server.extraVolumes -}}
{{- if has .name (list "tmp" "knowledge") }}
AET207 | aeterna.extraVolumes | has a volume named {{ .name }}, as the chart has | name it otherwise
{{- end -}}
{{- end -}}
{{- range $server.extraVolumeMounts -}}
{{- if has (trimSuffix "/" .mountPath) (list "/tmp" (trimSuffix "/" $server.knowledgeRepo.path)) }}
AET208 | aeterna.extraVolumeMounts | mounts {{ .mountPath }}, as the chart does | mount it elsewhere
{{- end -}}
{{- end -}}
{{- if and $values.ingress.enabled (not $values.ingress.hosts) }}
AET209 | ingress.hosts | is empty: an Ingress without host and path leads nowhere | add a host, or set ingress.enabled to false
{{- end -}}
{{- range $values.ingress.enabled | ternary $values.ingress.hosts list -}}
{{- if not .host }}
AET209 | ingress.hosts | has an entry without a host | set its host
{{- end -}}
{{- end -}}
{{- if $values.autoscaling.enabled -}}
{{- if lt (int $values.autoscaling.maxReplicas) (int $values.autoscaling.minReplicas) }}
AET210 | autoscaling.maxReplicas | is less than autoscaling.minReplicas | raise it, or lower autoscaling.minReplicas
{{- end -}}
{{- if not (dig "requests" "cpu" "" $server.resources) }}
AET211 | aeterna.resources.requests.cpu | is missing: the autoscaler measures CPU against it | set it
{{- end -}}
{{- end -}}
{{- include "aeterna.validation.disruption" $values -}}
{{- end -}}

{{- /* values -> a disruption budget that lets no pod go keeps every node from being drained, for ever */}}
{{- define "aeterna.validation.disruption" -}}
{{- $budget := .podDisruptionBudget -}}
{{- if $budget.enabled -}}
{{- $pods := .autoscaling.enabled | ternary .autoscaling.minReplicas .aeterna.replicas | int -}}
{{- $fix := "raise the number of pods, or set podDisruptionBudget.maxUnavailable to 1" -}}
{{- $down := toString $budget.maxUnavailable -}}
{{- $up := toString $budget.minAvailable -}}
{{- if and (not $down) (not $up) }}
AET212 | podDisruptionBudget | has neither minAvailable nor maxUnavailable | set one of them
{{- else if $down -}}
{{- /* percentages are rounded up: 1 % of two pods lets one go */ -}}
{{- if eq 0 (trimSuffix "%" $down | int) }}
AET213 | podDisruptionBudget.maxUnavailable | is {{ $down }}, which would block every drain of a node | {{ $fix }}
{{- end -}}
{{- else -}}
{{- $kept := int $up -}}
{{- if hasSuffix "%" $up -}}{{- $kept = divf (mulf (trimSuffix "%" $up | float64) $pods) 100 | ceil | int -}}{{- end -}}
{{- if ge $kept $pods }}
AET213 | podDisruptionBudget.minAvailable | is {{ $up }} of {{ $pods }} pods, which would block every drain of a node | {{ $fix }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Limits below requests, which Kubernetes refuses only when pods are made. */}}
{{- define "aeterna.validation.resources" -}}
{{- $values := .root.Values -}}
{{- $blocks := list "aeterna.resources" "migration.resources" "cache.dragonfly.resources" "cache.valkey.resources" "postgresql.resources" -}}
{{- range $condition, $paths := dict
  "vectorBackend.qdrant.enabled" (list "qdrant.resources") "vectorBackend.weaviate.enabled" (list "weaviate.resources")
  "vectorBackend.mongodb.enabled" (list "psmdb-db.replsets.rs0.resources") "tests.enabled" (list "tests.resources")
  "operators.cloudnativePg.install" (list "cloudnative-pg.resources")
  "operators.perconaMongodb.install" (list "psmdb-operator.resources") -}}
{{- if eq "true" (include "aeterna.catalogue.text" (list $values $condition)) -}}{{- $blocks = concat $blocks $paths -}}{{- end -}}
{{- end -}}
{{- range $block := $blocks -}}
{{- range $resource := list "cpu" "memory" "ephemeral-storage" -}}
{{- $request := include "aeterna.catalogue.text" (list $values (printf "%s.requests.%s" $block $resource)) -}}
{{- $limit := include "aeterna.catalogue.text" (list $values (printf "%s.limits.%s" $block $resource)) -}}
{{- if and $request $limit -}}
{{- if lt (include "aeterna.validation.quantity" $limit | float64) (include "aeterna.validation.quantity" $request | float64) }}
AET221 | {{ $block }}.limits.{{ $resource }} | is {{ $limit }}, less than the request of {{ $request }} | raise the limit, or lower {{ $block }}.requests.{{ $resource }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
