{{- /*
The environments of our programs, made from `.Catalogue`. A consumer is a program whose rows files/catalogue.yaml lists
under `env`: server, migration.
*/}}

{{- /* (list part form facts carried) -> the form with its facts filled in and every $ doubled; "" if one is not set */}}
{{- define "aeterna.environment.fill" -}}
{{- $text := "" -}}
{{- range regexFindAll "\\{[a-zA-Z][a-zA-Z0-9./-]*\\}|[^{]+|\\{" (index . 1) -1 -}}
{{- $piece := replace "$" "$$" . -}}
{{- if and (hasPrefix "{" .) (hasSuffix "}" .) -}}
{{- $fact := trimAll "{}" . -}}
{{- $id := contains "/" $fact | ternary $fact (print (index $ 0) "/" $fact) -}}
{{- $piece = get (index $ 3) $id | default (get (index $ 2) $id | replace "$" "$$") -}}
{{- end -}}
{{- if not $piece -}}{{- $text = "" -}}{{- break -}}{{- end -}}
{{- $text = print $text $piece -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /*
(list catalogue part rows) -> {plain: {VARIABLE: text}, entries: [env entries]}: the rows without a credential, and the
others. Kubernetes expands $(VARIABLE) only from entries above, so a credential is a fact from the row that carries it on.
*/}}
{{- define "aeterna.environment.rows" -}}
{{- $catalogue := index . 0 -}}
{{- $part := index . 1 -}}
{{- $plain := dict -}}
{{- $entries := list -}}
{{- $carried := dict -}}
{{- range $row := index . 2 -}}
{{- with get $row "secret" -}}
{{- $id := contains "/" . | ternary . (print $part "/" .) -}}
{{- with get $catalogue.refs $id -}}
{{- $entries = append $entries (dict "name" $row.name "valueFrom" (dict "secretKeyRef" .)) -}}
{{- $_ := set $carried $id (printf "$(%s)" $row.name) -}}
{{- end -}}
{{- end -}}
{{- $forms := get $row "value" -}}
{{- range kindIs "slice" $forms | ternary $forms (list $forms) -}}
{{- $text := include "aeterna.environment.fill" (list $part . $catalogue.facts $carried) -}}
{{- if replace "$$" "" $text | contains "$" -}}
{{- $entries = append $entries (dict "name" $row.name "value" $text) -}}{{- break -}}
{{- else if $text -}}
{{- $_ := set $plain $row.name (replace "$$" "$" $text) -}}{{- break -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- dict "plain" $plain "entries" $entries | toJson -}}
{{- end -}}

{{- /*
(list root consumer): makes sure that .Catalogue.environments has the consumer's environment, {part: {plain, entries}}
with what aeterna.environment.rows makes of each part
*/}}
{{- define "aeterna.environment" -}}
{{- $root := index . 0 -}}
{{- $consumer := index . 1 -}}
{{- include "aeterna.catalogue" $root -}}
{{- if not (hasKey $root.Catalogue.environments $consumer) -}}
{{- $parts := dict -}}
{{- range $part, $about := $root.Catalogue.parts -}}
{{- with get (get $about "env" | default dict) $consumer -}}
{{- $_ := set $parts $part (include "aeterna.environment.rows" (list $root.Catalogue $part .) | fromJson) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $root.Catalogue.environments $consumer $parts -}}
{{- end -}}
{{- end -}}

{{- /* (list root part) -> the comment above what a part or its choice makes */}}
{{- define "aeterna.environment.title" -}}
# {{ index . 1 }}{{ with get (index . 0).Catalogue.choices (index . 1) }}: {{ . }}{{ end }}
{{- end -}}

{{- /* (list root consumer) -> VARIABLE: "text" lines without a credential, each below the choice that makes it */}}
{{- define "aeterna.environment.plain" -}}
{{- include "aeterna.environment" . -}}
{{- range $part, $made := get (index . 0).Catalogue.environments (index . 1) -}}
{{- with $made.plain }}
{{ include "aeterna.environment.title" (list (index $ 0) $part) }}
{{- range $name, $text := . }}
{{ $name }}: {{ $text | quote }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{- /* (list root consumer inline) -> env entries, each below the choice that makes it; inline: the plain ones too */}}
{{- define "aeterna.environment.entries" -}}
{{- include "aeterna.environment" . -}}
{{- $inline := index . 2 -}}
{{- range $part, $made := get (index . 0).Catalogue.environments (index . 1) -}}
{{- $plain := $inline | ternary $made.plain dict -}}
{{- if or $plain $made.entries }}
{{ include "aeterna.environment.title" (list (index $ 0) $part) }}
{{- range $name, $text := $plain }}
- name: {{ $name }}
  value: {{ $text | replace "$" "$$" | quote }}
{{- end }}
{{- with $made.entries }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}
