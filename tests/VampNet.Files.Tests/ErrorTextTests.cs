namespace VampNet.Files.Tests;

/// <summary>The text that the errors of all libraries share.</summary>
public sealed class ErrorTextTests
{
    [Theory]
    [InlineData("a dog", "a cat", null, "VNX0001: Found a dog.\nExpected a cat.")]
    [InlineData("a dog", "a cat", "Choose again", "VNX0001: Found a dog.\nExpected a cat. Choose again.")]
    [InlineData("no file (Disk full.)", "space", "Free some", "VNX0001: Found no file (Disk full.).\nExpected space. Free some.")]
    [InlineData("two:\n  a dog\n  a cow", "a cat", null, "VNX0001: Found two:\n  a dog\n  a cow\nExpected a cat.")]
    [InlineData("what another said.", "a word", "Go on", "VNX0001: Found what another said.\nExpected a word. Go on.")]
    public void Compose_Parts_EndInOneStop(string found, string expected, string? advice, string message)
    {
        Assert.Equal(message, ErrorText.Compose("VNX0001", found, expected, advice));
    }

    [Fact]
    public void Compose_APlace_StandsFirst()
    {
        Assert.Equal("VNX0001: a.pth: Found a dog.\nExpected a cat.", ErrorText.Compose("VNX0001", "a dog", "a cat", null, "a.pth"));
    }

    [Theory]
    [InlineData("a dog of 1.5 m in a.txt", "a cat", "Choose again. Or not")]
    [InlineData("a dog", "0.5 to 2.5", null)]
    public void Split_AComposedMessage_GivesItsParts(string found, string expected, string? advice)
    {
        string message = ErrorText.Compose("VNX0001", found, expected, advice)["VNX0001: ".Length..];

        Assert.Equal((found, expected, advice), ErrorText.Split(message));
    }

    [Fact]
    public void Split_AnyOtherText_IsWhatWasFound()
    {
        Assert.Equal(("No space left on device", "", null), ErrorText.Split("No space left on device."));
    }
}
