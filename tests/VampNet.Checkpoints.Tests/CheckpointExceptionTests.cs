using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests;

public sealed class CheckpointExceptionTests
{
    [Fact]
    public void Message_OfAHostileName_IsShortAndPrintable()
    {
        string name = $"\u001b[31m{new string('x', 5000)}";

        CheckpointException error = new("VNC0403", $"an entry '{name}'", "a tensor", "Get it again");

        Assert.InRange(error.Message.Length, 600, 700);
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.EndsWith("...\nExpected a tensor. Get it again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFileThatIsNotThere_IsNoMatterOfItsContent() =>
        Assert.Throws<FileNotFoundException>(() => Checkpoint.Open(Path.Combine(Golden.RepositoryRoot, "tests", "no-such.pth")));
}
