{{- /* The server's environment, made of what aeterna.catalogue says. */}}

{{- /* result of aeterna.catalogue -> VARIABLE: "text", the server's variables that hold no credential */}}
{{- define "aeterna.environment.plain" -}}
{{- $plain := dict -}}
{{- range . -}}{{- $plain = merge $plain .plain -}}{{- end -}}
{{- range $name, $text := $plain }}
{{ $name }}: {{ $text | quote }}
{{- end }}
{{- end -}}

{{- /* (list root field) -> {Secret: {key: ...}} over all axes; field: own or remote */}}
{{- define "aeterna.environment.secrets" -}}
{{- $field := index . 1 -}}
{{- $secrets := dict -}}
{{- range include "aeterna.catalogue" (index . 0) | fromJson -}}
{{- $secrets = merge $secrets (get . $field) -}}
{{- end -}}
{{- toJson $secrets -}}
{{- end -}}

{{- /* axis of the result -> env entries of that axis alone, plain ones included, for a container with nothing else */}}
{{- define "aeterna.catalogue.entries" -}}
{{- range $name, $text := .plain }}
- name: {{ $name }}
  value: {{ $text | replace "$" "$$" | quote }}
{{- end }}
{{- with .env }}
{{ toYaml . }}
{{- end }}
{{- end -}}
