using System.Text;

namespace VampNet.Cli;

/// <summary>A writer of plain text: control characters are shown instead of sent to the terminal. Progress and errors may be lost if the
/// stream is closed; results may not.</summary>
/// <param name="inner">Writer that receives the text.</param>
/// <param name="isOptional">Whether to go on when the stream is closed or full.</param>
internal sealed class PlainWriter(TextWriter inner, bool isOptional) : TextWriter
{
    private bool _isLost;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => Try(() => inner.Write(ControlCharacters.Escape(value ?? "")));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Flush() => Try(inner.Flush);

    public override Task FlushAsync()
    {
        Flush();
        return Task.CompletedTask;
    }

    private void Try(Action write)
    {
        if (_isLost)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (isOptional && e is (IOException or UnauthorizedAccessException or ObjectDisposedException))
        {
            _isLost = true;
        }
    }
}
