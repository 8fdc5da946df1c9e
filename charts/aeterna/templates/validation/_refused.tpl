{{- /* What the design has and reality has not, yet or at all: refused with the reason rather than passed over. */}}
{{- define "aeterna.validation.refused" -}}
{{- $values := .root.Values -}}
{{- if $values.opal.enabled }}
AET501 | opal.enabled | is true, but this version of the chart does not carry the OPAL stack yet | set it to false; the server then decides as for a single tenant
{{- end -}}
{{- if $values.observability.tracing.enabled }}
AET502 | observability.tracing.enabled | is true, but the server sends no traces | set it to false
{{- end -}}
{{- end -}}
