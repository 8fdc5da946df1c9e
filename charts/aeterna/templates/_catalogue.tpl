{{- /*
The chart's only reader of files/catalogue.yaml; docs/catalogue.md describes the grammar. helm_aeterna/catalogue/evaluate.py
does the same in Python, and tests/chart/catalogue/ holds both to one table of cases.

`aeterna.catalogue`: root -> nothing. It reads once a render and keeps the result in the root, as `.Catalogue`:

  file          files/catalogue.yaml, parsed
  choices       {axis: choice}; "" where the values name none. An axis `within` a choice that is not taken is left out
  parts         {part: description}: what is always there, and the selected choice of each axis under the axis's name
  facts         {part/name: text}: settings, and what the endpoint template of a bundled part says
  refs          {part/name: {name, key}}: where credentials are
  own, remote   {Secret: {key: text}} to make from values, {Secret: {key: remoteRef}} for External Secrets
  made          {Secret: {key: maker}}: credentials that were not given, for the Job in aeterna/job-credentials.yaml
  environments  {consumer: environment} that _environment.tpl has made so far
*/}}

{{- /* (list tree "a.b.c") -> the scalar there, as text; "" where there is none */}}
{{- define "aeterna.catalogue.text" -}}
{{- $value := index . 0 -}}
{{- range splitList "." (index . 1) -}}
{{- if kindIs "map" $value -}}{{- $value = get $value . -}}{{- else -}}{{- $value = "" -}}{{- end -}}
{{- end -}}
{{- if kindIs "string" $value -}}{{- $value -}}
{{- else if not (has (kindOf $value) (list "invalid" "map" "slice")) -}}{{- toJson $value -}}{{- end -}}
{{- end -}}

{{- /* (list values axis) -> the first choice whose `chosen` values all hold, or "" */}}
{{- define "aeterna.catalogue.choice" -}}
{{- range $id, $choice := (index . 1).choices -}}
{{- $holds := true -}}
{{- range $path, $wanted := $choice.values.chosen -}}
{{- $is := include "aeterna.catalogue.text" (list (index $ 0) $path) -}}
{{- if ne $is (toString $wanted) -}}{{- $holds = false -}}{{- break -}}{{- end -}}
{{- end -}}
{{- if $holds -}}{{- $id -}}{{- break -}}{{- end -}}
{{- end -}}
{{- end -}}

{{- /* (dict root part choice about known): adds to known what a part has: facts, refs, own, remote, made */}}
{{- define "aeterna.catalogue.know" -}}
{{- $in := . -}}
{{- $values := .root.Values -}}
{{- $block := .about.values.block -}}
{{- $existing := include "aeterna.catalogue.text" (list $values (print $block ".existingSecret")) -}}
{{- $existingKey := include "aeterna.catalogue.text" (list $values (print $block ".existingSecretKey")) -}}
{{- $end := dict -}}
{{- if eq (get .about "kind") "bundled" -}}
{{- $end = include (printf "aeterna.endpoint.%s.%s" .part .choice) .root | fromYaml -}}
{{- end -}}
{{- range $what := list "facts" "refs" -}}
{{- range $name, $is := get $end $what | default dict -}}
{{- $_ := set (get $in.known $what) (print $in.part "/" $name) $is -}}
{{- end -}}
{{- end -}}
{{- range $name, $setting := get .about "settings" | default dict -}}
{{- $id := print $in.part "/" $name -}}
{{- $text := include "aeterna.catalogue.text" (list $values (print $block "." $name)) -}}
{{- $secret := get $setting "secret" -}}
{{- if and $text (not $secret) -}}
{{- $_ := set $in.known.facts $id $text -}}
{{- else if and $secret $existing (not (get $setting "probe")) -}}
{{- $_ := set $in.known.refs $id (dict "name" $existing "key" ($existingKey | default $secret)) -}}
{{- else if and $secret (not (get $setting "probe")) -}}
{{- $ours := dict "name" (include "aeterna.names.secret" $in.root) "key" $secret -}}
{{- $store := dig "store" $name $ours $end -}}
{{- $external := eq $values.secrets.provider "external-secrets" -}}
{{- $remote := $external | ternary (get $values.secrets.externalSecrets.keys $secret) "" -}}
{{- with $remote | default $text -}}
{{- $made := empty $remote | ternary $in.known.own $in.known.remote -}}
{{- $_ := set $made $store.name (set (get $made $store.name | default dict) $store.key .) -}}
{{- $_ := set $in.known.refs $id $store -}}
{{- else -}}
{{- /* never in the Secret that Helm owns, so that no upgrade can remove what the Job made */ -}}
{{- $ours = dict "name" (include "aeterna.names.of" (list $in.root "generated")) "key" $secret -}}
{{- $store = dig "store" $name $ours $end -}}
{{- with $external | ternary "" (get $setting "generate") -}}
{{- $_ := set $in.known.made $store.name (set (get $in.known.made $store.name | default dict) $store.key .) -}}
{{- $_ := set $in.known.refs $id $store -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* root: makes sure that .Catalogue.file is there, for templates that run before the values can be trusted */}}
{{- define "aeterna.catalogue.file" -}}
{{- if not (hasKey . "Catalogue") -}}
{{- $file := .Files.Get "files/catalogue.yaml" | fromYaml -}}
{{- with get $file "Error" -}}{{- fail (print "files/catalogue.yaml: " .) -}}{{- end -}}
{{- $_ := required "files/catalogue.yaml has no axes" (get $file "axes") -}}
{{- $_ := set . "Catalogue" (dict "file" $file) -}}
{{- end -}}
{{- end -}}

{{- define "aeterna.catalogue" -}}
{{- include "aeterna.catalogue.file" . -}}
{{- if not (hasKey .Catalogue "parts") -}}
{{- $root := . -}}
{{- $file := .Catalogue.file -}}
{{- $parts := dict -}}
{{- range $name, $about := $file.always -}}{{- $_ := set $parts $name $about -}}{{- end -}}
{{- $choices := dict -}}
{{- range $name, $axis := $file.axes -}}
{{- $there := true -}}
{{- range $outer, $id := get $axis "within" | default dict -}}
{{- $there = include "aeterna.catalogue.choice" (list $root.Values (get $file.axes $outer)) | eq $id -}}
{{- end -}}
{{- if $there -}}
{{- $id := include "aeterna.catalogue.choice" (list $root.Values $axis) -}}
{{- $_ := set $choices $name $id -}}
{{- with get $axis.choices $id -}}{{- $_ := set $parts $name . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $known := dict "facts" dict "refs" dict "own" dict "remote" dict "made" dict -}}
{{- range $part, $about := $parts -}}
{{- $in := dict "root" $root "part" $part "choice" (get $choices $part) "about" $about "known" $known -}}
{{- include "aeterna.catalogue.know" $in -}}
{{- end -}}
{{- range $what, $is := $known -}}{{- $_ := set $root.Catalogue $what $is -}}{{- end -}}
{{- $_ := set $root.Catalogue "choices" $choices -}}
{{- $_ := set $root.Catalogue "environments" dict -}}
{{- $_ := set $root.Catalogue "parts" $parts -}}
{{- end -}}
{{- end -}}
