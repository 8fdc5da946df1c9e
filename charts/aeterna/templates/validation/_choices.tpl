{{- /* What the catalogue's choices ask for, and whether the values agree with each other about what is chosen. */}}
{{- define "aeterna.validation.choices" -}}
{{- $values := .root.Values -}}
{{- $selected := .catalogue -}}
{{- $external := eq $values.secrets.provider "external-secrets" -}}
{{- range $axis, $description := include "aeterna.catalogue.file" .root | fromJson -}}
{{- $state := get $selected $axis -}}
{{- $words := list -}}
{{- range $id, $choice := $description.choices -}}
{{- $chosen := eq $id $state.choice -}}
{{- range $path, $want := $choice.chosen -}}
{{- if ne $path (get $choice "switch") -}}{{- $words = append $words (printf "%s: %v" $path $want) -}}{{- end -}}
{{- end -}}
{{- with get $choice "switch" -}}
{{- $on := eq "true" (include "aeterna.catalogue.text" (list $values .)) -}}
{{- if and $on (not $chosen) }}
AET104 | {{ . }} | is true, but {{ $choice.label }} is not chosen for {{ $description.label | lower }} | set {{ . }} to false
{{- else if and $chosen (not $on) (eq $choice.kind "bundled") }}
AET104 | {{ . }} | is false, but the bundled {{ $choice.label }} is chosen for {{ $description.label | lower }} | set {{ . }} to true
{{- end -}}
{{- end -}}
{{- if $chosen -}}
{{- include "aeterna.validation.settings" (dict "values" $values "choice" $choice "state" $state "external" $external) -}}
{{- end -}}
{{- end -}}
{{- if not $state.choice }}
AET101 | {{ $words | first | splitList ":" | first }} | names nothing that is offered for {{ $description.label | lower }} | choose one of {{ $words | uniq | join ", " }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* (dict values choice state external) -> problems of one selected choice's settings */}}
{{- define "aeterna.validation.settings" -}}
{{- $in := . -}}
{{- $block := .choice.block -}}
{{- $existing := include "aeterna.catalogue.text" (list .values (printf "%s.existingSecret" $block)) -}}
{{- range $name, $setting := .choice.settings -}}
{{- $key := printf "%s.%s" $block $name -}}
{{- $text := include "aeterna.catalogue.text" (list $in.values $key) -}}
{{- $secret := get $setting "secret" -}}
{{- $required := get $setting "required" -}}
{{- with get $setting "within" -}}
{{- if ne "true" (include "aeterna.catalogue.text" (list $in.values (printf "%s.%s" $block .))) -}}{{- $required = false -}}{{- end -}}
{{- end -}}
{{- if and $required (not $secret) (not $text) }}
AET102 | {{ $key }} | is missing: {{ $in.choice.label }} is chosen and needs it | set {{ $key }}
{{- else if and $required $secret (not (hasKey $in.state.refs $name)) }}
AET103 | {{ $key }} | is missing: {{ $in.choice.label }} is chosen and needs this credential | {{ if $in.external -}}
set secrets.externalSecrets.keys.{{ $secret }} to its place in the store, or {{ $block }}.existingSecret
{{- else -}}
set {{ $block }}.existingSecret to a Secret that holds it, or {{ $key }} in a values file that stays out of git
{{- end -}}
{{- end -}}
{{- if and $secret $text $in.external }}
AET106 | {{ $key }} | stands in the values, although secrets.provider is external-secrets | remove it and set secrets.externalSecrets.keys.{{ $secret }}
{{- else if and $secret $text $existing (hasKey $in.state.refs $name) }}
AET107 | {{ $key }} | is set beside {{ $block }}.existingSecret, which would go before it | remove one of the two
{{- end -}}
{{- /* of a credential, `also` names where the existing Secret must stand as well: AET309 */ -}}
{{- range ne $secret "" | ternary list (get $setting "also" | default list) -}}
{{- if ne $text (include "aeterna.catalogue.text" (list $in.values .)) }}
AET105 | {{ $key }} | differs from {{ . }}, which the subchart reads | give both the same value
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
