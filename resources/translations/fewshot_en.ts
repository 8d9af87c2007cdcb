<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>ClassCard</name>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln example</numerusform>
            <numerusform>%Ln examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message numerus="yes">
        <source>%Ln picture(s) to {name}</source>
        <translation>
            <numerusform>%Ln picture to {name}</numerusform>
            <numerusform>%Ln pictures to {name}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) to none of these</source>
        <translation>
            <numerusform>%Ln picture to none of these</numerusform>
            <numerusform>%Ln pictures to none of these</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stopped. F5 goes on with the %Ln picture(s) left.</source>
        <translation>
            <numerusform>Stopped. F5 goes on with the %Ln picture left.</numerusform>
            <numerusform>Stopped. F5 goes on with the %Ln pictures left.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message numerus="yes">
        <source>%Ln file(s), {size}.</source>
        <translation>
            <numerusform>%Ln file, {size}.</numerusform>
            <numerusform>%Ln files, {size}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another name, because its own is taken.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln gets another name, because its own is taken.</numerusform>
            <numerusform>%Ln get another name, because their own is taken.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are there already.</source>
        <translation>
            <numerusform>%Ln file is there already.</numerusform>
            <numerusform>%Ln files are there already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) are left alone: not sure enough or no class.</source>
        <translation>
            <numerusform>%Ln picture is left alone: not sure enough or no class.</numerusform>
            <numerusform>%Ln pictures are left alone: not sure enough or no class.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressView</name>
    <message numerus="yes">
        <source>{done} of %Ln files</source>
        <translation>
            <numerusform>{done} of %Ln file</numerusform>
            <numerusform>{done} of %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>%Ln file(s) copied</source>
        <translation>
            <numerusform>%Ln file copied</numerusform>
            <numerusform>%Ln files copied</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) moved</source>
        <translation>
            <numerusform>%Ln file moved</numerusform>
            <numerusform>%Ln files moved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) linked</source>
        <translation>
            <numerusform>%Ln file linked</numerusform>
            <numerusform>%Ln files linked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) had been there before.</source>
        <translation>
            <numerusform>%Ln file had been there before.</numerusform>
            <numerusform>%Ln files had been there before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) taken back</source>
        <translation>
            <numerusform>%Ln file taken back</numerusform>
            <numerusform>%Ln files taken back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left as they are</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln left as it is</numerusform>
            <numerusform>%Ln left as they are</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunsDialog</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SortDialog</name>
    <message numerus="yes">
        <source>Copy %Ln file(s)</source>
        <translation>
            <numerusform>Copy %Ln file</numerusform>
            <numerusform>Copy %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln file(s)</source>
        <translation>
            <numerusform>Move %Ln file</numerusform>
            <numerusform>Move %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Link %Ln file(s)</source>
        <translation>
            <numerusform>Link %Ln file</numerusform>
            <numerusform>Link %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Warnings</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
</context>
</TS>
