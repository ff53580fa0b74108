namespace VampNet.Cli.Completion;

/// <summary>Scripts that let a shell complete command lines of vampnet: each asks vampnet itself for the words that fit.</summary>
internal static class CompletionScript
{
    /// <summary>The shells that a script exists for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "pwsh", "fish"];

    /// <summary>The script of a shell.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    public static string For(string shell) =>
        shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "pwsh" => PowerShell,
            "fish" => Fish,
            _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, $"Expected one of {string.Join(", ", Shells)}."),
        };

    // Where nothing is suggested, all of them complete file names.
    private const string Bash = """
        # Completion of vampnet for bash. In ~/.bashrc: source <(vampnet completion bash)
        _vampnet() {
          local program="${COMP_WORDS[0]}" IFS=$'\n'
          local before="${COMP_LINE:0:COMP_POINT}"
          local rest="${before#"$program"}"
          rest="${rest# }"
          COMPREPLY=($(compgen -W "$("$program" "[suggest:${#rest}]" "$rest" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o bashdefault -o default -F _vampnet vampnet
        """;

    private const string Zsh = """
        #compdef vampnet
        # Completion of vampnet for zsh. In ~/.zshrc, after compinit: source <(vampnet completion zsh)
        _vampnet() {
          local rest="${(j: :)words[2,CURRENT]}"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#rest}]" "$rest" 2> /dev/null)}")
          [[ -n "${found[1]}" ]] && compadd -a found
          _files
        }
        compdef _vampnet vampnet
        """;

    private const string PowerShell = """
        # Completion of vampnet for PowerShell. In $PROFILE: vampnet completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName vampnet -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $program = $commandAst.CommandElements[0].ToString()
            $position = [Math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset - $program.Length - 1)
            $rest = $commandAst.ToString().Substring($program.Length).TrimStart().PadRight($position).Substring(0, $position)
            & $program "[suggest:$position]" "$rest" 2> $null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    private const string Fish = """
        # Completion of vampnet for fish: vampnet completion fish > ~/.config/fish/completions/vampnet.fish
        function __vampnet_complete
            set -l line (commandline --current-process --cut-at-cursor)
            set -l rest (string replace --regex '^\s*\S+\s?' '' -- "$line")
            vampnet "[suggest:"(string length -- "$rest")"]" "$rest" 2> /dev/null
        end
        complete --command vampnet --arguments '(__vampnet_complete)'
        """;
}
