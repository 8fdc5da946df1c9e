@echo off
rem Starts the program on Windows; Helm has set HELM_DATA_HOME.
setlocal
if not defined HELM_DATA_HOME set "HELM_DATA_HOME=%APPDATA%\helm"
for %%I in ("%~dp0..") do set "ROOT=%%~fI"
if defined AETERNA_PYTHON (
  set PYTHON="%AETERNA_PYTHON%"
) else (
  set PYTHON=py -3
  where /q py || set PYTHON=python
)
%PYTHON% -I -S -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1
if errorlevel 1 (
  echo error: helm aeterna needs Python 3.11 or newer; tried %PYTHON% 1>&2
  echo   fix: install one, or name one: set AETERNA_PYTHON=C:\path\to\python.exe 1>&2
  exit /b 5
)
%PYTHON% -I -S "%ROOT%\bin\launch.py" "%ROOT%" "%HELM_DATA_HOME%\aeterna" %*
exit /b %ERRORLEVEL%
